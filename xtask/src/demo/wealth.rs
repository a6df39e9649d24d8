//! What people own and owe, month by month. Integers only: floating-point functions may differ between machines.

use super::random::{Random, even_ppm, mix};

/// Of a million customers, so many hold at least so many yuan: close to a log-normal with its middle at 9 000 and the
/// long tail that banks know. Between two rows it is a straight line.
const HOLDINGS: &[(i64, i64)] = &[
    (0, 80_000_000),
    (10, 40_000_000),
    (60, 20_000_000),
    (290, 10_000_000),
    (700, 7_000_000),
    (1_450, 5_000_000),
    (4_000, 2_200_000),
    (9_000, 1_000_000),
    (17_500, 500_000),
    (38_000, 300_000),
    (70_000, 200_000),
    (130_000, 100_000),
    (215_000, 50_000),
    (330_000, 24_000),
    (480_000, 10_000),
    (650_000, 4_000),
    (800_000, 1_200),
    (920_000, 200),
    (1_000_000, 0),
];

/// How a customer's assets move over the months.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Course {
    /// A little up or down every month.
    Steady { drift_bp: i64 },
    /// Falls off from some month on: the people whom the churn check is for.
    Fading { from: i64, kept_bp: i64 },
    /// Goes to another bank at once and leaves small change.
    Gone { from: i64 },
    /// Drops every few months and is back: a single month must not cost a tier.
    Uneven { every: i64 },
}

/// What stays constant of a customer's money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wealth {
    noise: u64,
    assets: i64,
    course: Course,
    invested_bp: i64,
    card_spend: i64,
    secured: i64,
    unsecured: i64,
}

/// One month, in fen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Figures {
    /// Deposits.
    pub deposits: i64,
    /// Funds, wealth products, bonds.
    pub investments: i64,
    /// Mortgages and the like.
    pub secured_loans: i64,
    /// Consumer loans.
    pub unsecured_loans: i64,
    /// Paid by card in the month.
    pub card_spend: i64,
}

fn holdings_yuan(place_ppm: i64) -> i64 {
    let above = HOLDINGS.partition_point(|(share, _)| *share <= place_ppm).clamp(1, HOLDINGS.len() - 1);
    let ((share_0, yuan_0), (share_1, yuan_1)) = (HOLDINGS[above - 1], HOLDINGS[above]);
    yuan_0 - (yuan_0 - yuan_1) * (place_ppm - share_0) / (share_1 - share_0)
}

/// `amount × bp / 10 000` without overflow, towards zero.
fn part(amount: i64, bp: i64) -> i64 {
    (i128::from(amount) * i128::from(bp) / 10_000) as i64
}

impl Wealth {
    /// What customer `number` of `seed` has, over a history of `months`.
    pub fn of(seed: u64, number: u64, months: i64) -> Self {
        let mut random = Random::of(seed, 2, number);
        let yuan = holdings_yuan(even_ppm(seed, number) as i64);
        let course = match random.below(1_000) {
            0..85 => {
                Course::Fading { from: random.between(0, months - 1), kept_bp: random.between(3_500, 8_500) }
            }
            85..105 => Course::Gone { from: random.between(1, months) },
            105..150 => Course::Uneven { every: random.between(3, 5) },
            150..220 => Course::Steady { drift_bp: random.between(150, 450) },
            _ => Course::Steady { drift_bp: random.between(-60, 80) },
        };
        let invested_bp = match yuan {
            500_000.. => random.between(3_000, 8_000),
            50_000.. => random.between(0, 6_000),
            _ => random.between(-6_000, 3_000).max(0),
        };
        Self {
            noise: random.bits(),
            assets: yuan * 100 + random.between(0, 99),
            course,
            invested_bp,
            card_spend: card_spend(&mut random) * 100,
            secured: secured(&mut random) * 100,
            unsecured: unsecured(&mut random) * 100,
        }
    }

    /// The figures of month `month` (0 is the first of the history) of `months`.
    pub fn month(&self, month: i64, months: i64) -> Figures {
        let wobble = mix(self.noise ^ month as u64);
        let assets = part(self.at(month, months), 9_700 + (wobble % 601) as i64);
        let investments = part(assets, self.invested_bp);
        // A loan is paid back by a little more than half a per cent a month.
        let owed_bp = 10_000 + 60 * (months - 1 - month);
        Figures {
            deposits: assets - investments,
            investments,
            secured_loans: part(self.secured, owed_bp),
            unsecured_loans: part(self.unsecured, owed_bp),
            card_spend: part(self.card_spend, 6_500 + ((wobble >> 32) % 7_001) as i64),
        }
    }

    fn at(&self, month: i64, months: i64) -> i64 {
        let assets = self.assets;
        match self.course {
            // Where it stands is where it ends, so that the tiers of the last month come out as the table says.
            Course::Steady { drift_bp } => part(assets, 10_000 - drift_bp * (months - 1 - month)),
            Course::Fading { from, kept_bp } => {
                let kept = (from..month).fold(assets, |kept, _| part(kept, kept_bp));
                kept.max(part(assets, 300))
            }
            Course::Gone { from } if month >= from => part(assets, 50),
            Course::Uneven { every } if month % every == 0 => part(assets, 5_500),
            Course::Gone { .. } | Course::Uneven { .. } => assets,
        }
    }

    /// True when the customer ever had money in investments.
    pub fn invests(&self) -> bool {
        self.invested_bp > 0
    }

    /// True when the customer pays by credit card.
    pub fn has_card(&self) -> bool {
        self.card_spend > 0
    }

    /// True with a mortgage.
    pub fn has_secured_loan(&self) -> bool {
        self.secured > 0
    }

    /// True with a consumer loan.
    pub fn has_unsecured_loan(&self) -> bool {
        self.unsecured > 0
    }
}

/// Yuan a month.
fn card_spend(random: &mut Random) -> i64 {
    match random.below(1_000_000) {
        0..300 => random.between(48_000, 90_000),
        300..4_000 => random.between(10_000, 26_000),
        4_000..60_000 => random.between(3_000, 6_500),
        60_000..380_000 => random.between(150, 3_000),
        _ => 0,
    }
}

/// Yuan owed with security.
fn secured(random: &mut Random) -> i64 {
    match random.below(1_000_000) {
        0..200 => random.between(5_100_000, 12_000_000),
        200..3_000 => random.between(1_500_000, 4_500_000),
        3_000..115_000 => random.between(80_000, 1_350_000),
        _ => 0,
    }
}

/// Yuan owed without security.
fn unsecured(random: &mut Random) -> i64 {
    match random.below(1_000_000) {
        0..800 => random.between(600_000, 1_000_000),
        800..4_000 => random.between(300_000, 560_000),
        4_000..80_000 => random.between(3_000, 260_000),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holdings_follow_the_table() {
        assert_eq!(holdings_yuan(0), 80_000_000);
        assert_eq!(holdings_yuan(290), 10_000_000);
        assert_eq!(holdings_yuan(1_000_000), 0);
        assert!((1..1_000_000).step_by(97).all(|ppm| holdings_yuan(ppm) >= holdings_yuan(ppm + 1)));
    }

    #[test]
    fn figures_are_never_negative_and_never_change() {
        for number in 0..20_000 {
            let wealth = Wealth::of(5, number, 14);
            for month in 0..14 {
                let figures = wealth.month(month, 14);
                assert!(figures.deposits >= 0 && figures.investments >= 0 && figures.card_spend >= 0);
                assert_eq!(figures, Wealth::of(5, number, 14).month(month, 14));
            }
        }
    }
}
