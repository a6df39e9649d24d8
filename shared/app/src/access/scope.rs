//! What keys allow.

use store::StoreError;

/// What a key allows. The names are stable: they are stored with the key and published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// No key is asked for; cannot be granted.
    Public,
    /// Everything, and the only scope that makes and revokes keys.
    Admin,
    /// Deliver master data, balances and transactions.
    IntakeWrite,
    /// Read customers and who they are assigned to.
    CustomersRead,
    /// Read assets and their movements.
    AssetsRead,
    /// Replace the rules of large movements.
    AssetsWrite,
    /// Read schemes, tiers, members and what-ifs.
    TiersRead,
    /// Draft, submit, activate and retire schemes.
    TiersWrite,
    /// Approve a scheme that someone else submitted.
    TiersApprove,
    /// Run and confirm reviews.
    TiersReview,
    /// Set and end risk overrides.
    OverridesWrite,
    /// Read alerts, strategies, tasks, retention cases, the churn report, key customers and early signals.
    ChurnRead,
    /// Run the churn check, acknowledge alerts, do tasks, work on retention cases, replace the strategies.
    ChurnWrite,
    /// Look at messages on their way to people.
    OutboxRead,
    /// Deliver what is due, and send again what was given up.
    OutboxWrite,
    /// Read the runs of jobs.
    JobsRead,
    /// Read points, rules, rewards, statements and what the programme owes.
    PointsRead,
    /// Take in points events, returns, reservations, redemptions and transfers; run the jobs of points.
    PointsWrite,
    /// Write, activate and retire rules of points, budgets and the programme's settings.
    PointsRules,
    /// Approve an adjustment of points that someone else proposed.
    PointsApprove,
    /// Keep the catalogue of rewards, its stock and its codes.
    RewardsWrite,
    /// Read partners, their settlements and disputes.
    PartnersRead,
    /// Register partners, rotate their keys, settle and reconcile.
    PartnersWrite,
    /// Read who customers are assigned to, waiting lists and proposals.
    AssignmentsRead,
    /// Assign customers, recall and adjust, make proposals, keep capacities and absences.
    AssignmentsWrite,
    /// Approve an adjustment or a proposal of assignments that someone else made.
    AssignmentsApprove,
    /// Read sales, their credit, plans, performance and rankings.
    SalesRead,
    /// Register sellers and referrers, and withdraw them.
    SalesWrite,
    /// Adjust the credit of sales, and decide on what someone else proposed.
    SalesAdjust,
    /// Keep products, their rules and plans; run the default.
    SalesRules,
}

impl Scope {
    /// Every scope that a key can have.
    pub const GRANTABLE: [Scope; 29] = [
        Scope::Admin,
        Scope::IntakeWrite,
        Scope::CustomersRead,
        Scope::AssetsRead,
        Scope::AssetsWrite,
        Scope::TiersRead,
        Scope::TiersWrite,
        Scope::TiersApprove,
        Scope::TiersReview,
        Scope::OverridesWrite,
        Scope::ChurnRead,
        Scope::ChurnWrite,
        Scope::OutboxRead,
        Scope::OutboxWrite,
        Scope::JobsRead,
        Scope::PointsRead,
        Scope::PointsWrite,
        Scope::PointsRules,
        Scope::PointsApprove,
        Scope::RewardsWrite,
        Scope::PartnersRead,
        Scope::PartnersWrite,
        Scope::AssignmentsRead,
        Scope::AssignmentsWrite,
        Scope::AssignmentsApprove,
        Scope::SalesRead,
        Scope::SalesWrite,
        Scope::SalesAdjust,
        Scope::SalesRules,
    ];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Scope::Public => "public",
            Scope::Admin => "admin",
            Scope::IntakeWrite => "intake:write",
            Scope::CustomersRead => "customers:read",
            Scope::AssetsRead => "assets:read",
            Scope::AssetsWrite => "assets:write",
            Scope::TiersRead => "tiers:read",
            Scope::TiersWrite => "tiers:write",
            Scope::TiersApprove => "tiers:approve",
            Scope::TiersReview => "tiers:review",
            Scope::OverridesWrite => "overrides:write",
            Scope::ChurnRead => "churn:read",
            Scope::ChurnWrite => "churn:write",
            Scope::OutboxRead => "outbox:read",
            Scope::OutboxWrite => "outbox:write",
            Scope::JobsRead => "jobs:read",
            Scope::PointsRead => "points:read",
            Scope::PointsWrite => "points:write",
            Scope::PointsRules => "points:rules",
            Scope::PointsApprove => "points:approve",
            Scope::RewardsWrite => "rewards:write",
            Scope::PartnersRead => "partners:read",
            Scope::PartnersWrite => "partners:write",
            Scope::AssignmentsRead => "assignments:read",
            Scope::AssignmentsWrite => "assignments:write",
            Scope::AssignmentsApprove => "assignments:approve",
            Scope::SalesRead => "sales:read",
            Scope::SalesWrite => "sales:write",
            Scope::SalesAdjust => "sales:adjust",
            Scope::SalesRules => "sales:rules",
        }
    }

    /// The grantable scope of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::GRANTABLE.into_iter().find(|scope| scope.name() == name)
    }
}

/// A set of scopes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Scopes(u32);

impl Scopes {
    /// The set of `scopes`.
    pub fn of(scopes: &[Scope]) -> Self {
        Self(scopes.iter().fold(0, |set, scope| set | 1 << *scope as u32))
    }

    /// True when the set allows what `scope` protects.
    pub const fn allow(self, scope: Scope) -> bool {
        let asked = (1 << scope as u32) | (1 << Scope::Admin as u32);
        matches!(scope, Scope::Public) || self.0 & asked != 0
    }

    /// The scopes in the set, in order.
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::GRANTABLE.into_iter().filter(move |scope| self.0 & (1 << *scope as u32) != 0)
    }

    pub(super) fn stored(self) -> String {
        self.iter().map(Scope::name).collect::<Vec<_>>().join(" ")
    }

    pub(super) fn from_stored(text: &str) -> Result<Self, StoreError> {
        text.split_ascii_whitespace()
            .map(|name| {
                Scope::parse(name)
                    .ok_or_else(|| StoreError::Damaged("an API client's scope is unknown".to_owned()))
            })
            .collect::<Result<Vec<_>, _>>()
            .map(|scopes| Self::of(&scopes))
    }
}
