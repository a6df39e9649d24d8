//! Every kind of problem that callers may meet: its slug, status and title. docs/problems.md explains each one.

/// A kind of problem; its `type` is `/problems/<name>` and never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "docs/problems.md explains each one, and a test compares")]
pub enum Slug {
    MalformedBody,
    MalformedPath,
    MalformedQuery,
    MalformedHeader,
    NoKey,
    BadSignature,
    NotAllowed,
    UnknownPath,
    UnknownCustomer,
    UnknownOrganisation,
    UnknownScheme,
    UnknownOverride,
    UnknownAlert,
    UnknownStrategies,
    UnknownMovementRules,
    UnknownTask,
    UnknownCase,
    UnknownMessage,
    UnknownJob,
    UnknownApiClient,
    UnknownRule,
    UnknownCampaign,
    UnknownEvent,
    UnknownReservation,
    UnknownTransfer,
    UnknownAdjustment,
    UnknownPool,
    UnknownReward,
    UnknownRedemption,
    UnknownPartner,
    UnknownSettlement,
    UnknownDispute,
    UnknownEmployee,
    UnknownAssignment,
    UnknownProposal,
    UnknownProduct,
    UnknownSale,
    UnknownRegistration,
    MethodNotAllowed,
    AlreadyExists,
    WrongState,
    SamePerson,
    NotEnoughPoints,
    AccountBlocked,
    AccountClosed,
    OutOfStock,
    LimitReached,
    WouldDevalue,
    TooLarge,
    BrokenRule,
    KeyReused,
    Internal,
    DatabaseFull,
    DatabaseBusy,
}

impl Slug {
    /// All of them, as docs/problems.md lists them.
    pub const ALL: [Slug; 54] = [
        Slug::MalformedBody,
        Slug::MalformedPath,
        Slug::MalformedQuery,
        Slug::MalformedHeader,
        Slug::NoKey,
        Slug::BadSignature,
        Slug::NotAllowed,
        Slug::UnknownPath,
        Slug::UnknownCustomer,
        Slug::UnknownOrganisation,
        Slug::UnknownScheme,
        Slug::UnknownOverride,
        Slug::UnknownAlert,
        Slug::UnknownStrategies,
        Slug::UnknownMovementRules,
        Slug::UnknownTask,
        Slug::UnknownCase,
        Slug::UnknownMessage,
        Slug::UnknownJob,
        Slug::UnknownApiClient,
        Slug::UnknownRule,
        Slug::UnknownCampaign,
        Slug::UnknownEvent,
        Slug::UnknownReservation,
        Slug::UnknownTransfer,
        Slug::UnknownAdjustment,
        Slug::UnknownPool,
        Slug::UnknownReward,
        Slug::UnknownRedemption,
        Slug::UnknownPartner,
        Slug::UnknownSettlement,
        Slug::UnknownDispute,
        Slug::UnknownEmployee,
        Slug::UnknownAssignment,
        Slug::UnknownProposal,
        Slug::UnknownProduct,
        Slug::UnknownSale,
        Slug::UnknownRegistration,
        Slug::MethodNotAllowed,
        Slug::AlreadyExists,
        Slug::WrongState,
        Slug::SamePerson,
        Slug::NotEnoughPoints,
        Slug::AccountBlocked,
        Slug::AccountClosed,
        Slug::OutOfStock,
        Slug::LimitReached,
        Slug::WouldDevalue,
        Slug::TooLarge,
        Slug::BrokenRule,
        Slug::KeyReused,
        Slug::Internal,
        Slug::DatabaseFull,
        Slug::DatabaseBusy,
    ];

    const fn row(self) -> (&'static str, u16, &'static str) {
        match self {
            Slug::MalformedBody => ("malformed-body", 400, "The body is not the JSON that is asked for"),
            Slug::MalformedPath => ("malformed-path", 400, "The path has a part that cannot be read"),
            Slug::MalformedQuery => ("malformed-query", 400, "The query has a parameter that cannot be read"),
            Slug::MalformedHeader => ("malformed-header", 400, "A header cannot be read"),
            Slug::NoKey => ("no-key", 401, "A valid key is needed"),
            Slug::BadSignature => ("bad-signature", 401, "The request is not signed as it must be"),
            Slug::NotAllowed => ("not-allowed", 403, "The key does not allow this"),
            Slug::UnknownPath => ("unknown-path", 404, "There is nothing at this path"),
            Slug::UnknownCustomer => ("unknown-customer", 404, "The customer is not known"),
            Slug::UnknownOrganisation => ("unknown-organisation", 404, "The organisation is not known"),
            Slug::UnknownScheme => ("unknown-scheme", 404, "The scheme is not known"),
            Slug::UnknownOverride => ("unknown-override", 404, "The override is not known"),
            Slug::UnknownAlert => ("unknown-alert", 404, "The alert is not known"),
            Slug::UnknownStrategies => ("unknown-strategies", 404, "These strategies are not known"),
            Slug::UnknownMovementRules => ("unknown-movement-rules", 404, "No such movement rules"),
            Slug::UnknownTask => ("unknown-task", 404, "The task is not known"),
            Slug::UnknownCase => ("unknown-case", 404, "The retention case is not known"),
            Slug::UnknownMessage => ("unknown-message", 404, "The message is not known"),
            Slug::UnknownJob => ("unknown-job", 404, "The job is not known"),
            Slug::UnknownApiClient => ("unknown-api-client", 404, "The API client is not known"),
            Slug::UnknownRule => ("unknown-rule", 404, "The rule is not known"),
            Slug::UnknownCampaign => ("unknown-campaign", 404, "The campaign is not known"),
            Slug::UnknownEvent => ("unknown-event", 404, "The event is not known"),
            Slug::UnknownReservation => ("unknown-reservation", 404, "The reservation is not known"),
            Slug::UnknownTransfer => ("unknown-transfer", 404, "The transfer is not known"),
            Slug::UnknownAdjustment => ("unknown-adjustment", 404, "The adjustment is not known"),
            Slug::UnknownPool => ("unknown-pool", 404, "The pool is not known"),
            Slug::UnknownReward => ("unknown-reward", 404, "The reward is not known"),
            Slug::UnknownRedemption => ("unknown-redemption", 404, "The redemption is not known"),
            Slug::UnknownPartner => ("unknown-partner", 404, "The partner is not known"),
            Slug::UnknownSettlement => ("unknown-settlement", 404, "The settlement is not known"),
            Slug::UnknownDispute => ("unknown-dispute", 404, "The dispute is not known"),
            Slug::UnknownEmployee => ("unknown-employee", 404, "The employee is not known"),
            Slug::UnknownAssignment => ("unknown-assignment", 404, "The assignment is not known"),
            Slug::UnknownProposal => ("unknown-proposal", 404, "The proposal is not known"),
            Slug::UnknownProduct => ("unknown-product", 404, "The product is not known"),
            Slug::UnknownSale => ("unknown-sale", 404, "The sale is not known"),
            Slug::UnknownRegistration => ("unknown-registration", 404, "The registration is not known"),
            Slug::MethodNotAllowed => ("method-not-allowed", 405, "The path does not answer to this method"),
            Slug::AlreadyExists => ("already-exists", 409, "Something else exists under this id"),
            Slug::WrongState => ("wrong-state", 409, "The present state does not allow this"),
            Slug::SamePerson => ("same-person", 409, "Another person has to do this"),
            Slug::NotEnoughPoints => ("not-enough-points", 409, "There are not enough points"),
            Slug::AccountBlocked => ("account-blocked", 409, "The points account is blocked"),
            Slug::AccountClosed => ("account-closed", 409, "The points account was merged"),
            Slug::OutOfStock => ("out-of-stock", 409, "The reward is out of stock"),
            Slug::LimitReached => ("limit-reached", 409, "A limit is reached"),
            Slug::WouldDevalue => ("would-devalue", 409, "Points that were issued would lose value"),
            Slug::TooLarge => ("too-large", 413, "The request is too large"),
            Slug::BrokenRule => ("broken-rule", 422, "The request breaks a rule"),
            Slug::KeyReused => ("key-reused", 422, "The Idempotency-Key belongs to another request"),
            Slug::Internal => ("internal", 500, "Something went wrong on our side"),
            Slug::DatabaseFull => ("database-full", 503, "The database has no room"),
            Slug::DatabaseBusy => ("database-busy", 503, "The database is busy"),
        }
    }

    /// The last part of the problem's `type`.
    pub const fn name(self) -> &'static str {
        self.row().0
    }

    /// The status that the problem is answered with.
    pub const fn status(self) -> u16 {
        self.row().1
    }

    /// The title, equal for every occurrence.
    pub const fn title(self) -> &'static str {
        self.row().2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_in_the_code_is_in_the_list_of_all() {
        let arms = include_str!("slug.rs").lines().filter(|line| line.contains("=> (\"")).count();
        assert_eq!(arms, Slug::ALL.len());
        let mut names = Slug::ALL.map(Slug::name);
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]));
    }

    #[test]
    fn the_problems_page_and_the_code_list_the_same_problems() {
        let page: Vec<(String, u16)> = include_str!("../../../docs/problems.md")
            .lines()
            .filter_map(|line| line.strip_prefix("| `/problems/"))
            .map(|line| {
                let mut cells = line.split('|');
                let name = cells.next().and_then(|cell| cell.trim().strip_suffix('`')).expect("a slug");
                let status = cells.next().and_then(|cell| cell.trim().parse().ok()).expect("a status");
                assert!(
                    cells.clone().take(3).all(|cell| cell.trim().len() > 3),
                    "{name}: meaning, caller and operator"
                );
                (name.to_owned(), status)
            })
            .collect();
        let code: Vec<(String, u16)> =
            Slug::ALL.iter().map(|slug| (slug.name().to_owned(), slug.status())).collect();
        assert_eq!(page, code);
    }
}
