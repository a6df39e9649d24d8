//! Why something was refused. Nothing was changed.

use store::StoreError;

use super::TermsError;
use crate::points::SpendRefusal;
use crate::points::reservation::ReservationRefusal;

/// Why the catalogue was not changed.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// There is no reward of this id.
    #[error("the reward is not known")]
    UnknownReward,
    /// The id is another reward's.
    #[error("a reward of this id exists")]
    AlreadyExists,
    /// The terms break a rule.
    #[error(transparent)]
    Terms(#[from] TermsError),
    /// The reward is out of the catalogue for good.
    #[error("the reward is retired")]
    Retired,
    /// Points that customers hold would buy less.
    #[error("points that customers hold would buy less")]
    WouldDevalue {
        /// The part of the price that is higher than before.
        pointer: &'static str,
        /// Points that customers hold.
        points: i64,
    },
    /// There is no end of the reward's stock, so that nothing can be added to it.
    #[error("there is no end of this reward's stock")]
    NoStock,
    /// More pieces were to go than there are.
    #[error("fewer pieces are left than are to go")]
    OutOfStock,
    /// The reward has no pool of codes.
    #[error("the codes of this reward do not come from a pool")]
    NoPool,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a reward was not redeemed, or a redemption did not come to another state.
#[derive(Debug, thiserror::Error)]
pub enum RedemptionError {
    /// There is no reward of this id.
    #[error("the reward is not known")]
    UnknownReward,
    /// There is no redemption of this number.
    #[error("the redemption is not known")]
    UnknownRedemption,
    /// The reward is out of the catalogue for good.
    #[error("the reward is retired")]
    Retired,
    /// Today lies before or after the days on which the reward is to be had.
    #[error("the reward is not to be had today")]
    NotToday,
    /// The reward is meant for holders of other tiers.
    #[error("the reward is meant for holders of other tiers")]
    OtherTiers,
    /// The customer has as much as the limit allows.
    #[error("the customer's limit leaves no room for this")]
    Limit {
        /// Pieces for which there is room.
        left: i64,
    },
    /// Fewer pieces, or codes, are left.
    #[error("fewer pieces are left than were asked for")]
    OutOfStock,
    /// A number of pieces that nobody may ask for.
    #[error("1 to 1000 pieces are asked for")]
    Quantity,
    /// A part of the price is money, and nobody said where it was paid.
    #[error("a part of the price is money; its payment is asked for")]
    NoCashReference,
    /// Another redemption names the payment.
    #[error("another redemption was paid with this payment")]
    CashReferenceUsed,
    /// The step does not follow from the state.
    #[error("the redemption is {is}; this step does not follow")]
    State {
        /// Its state.
        is: &'static str,
    },
    /// What was handed over has to come back first.
    #[error("the reward was handed over; it is cancelled when it came back")]
    NotReturned,
    /// The points were not spent.
    #[error(transparent)]
    Spend(#[from] SpendRefusal),
    /// The points were not reserved, or the reservation was not spent.
    #[error(transparent)]
    Reservation(#[from] ReservationRefusal),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
