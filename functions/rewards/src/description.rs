//! What this function says of itself in the OpenAPI document.

use web::openapi::Operation;
use web::page::Listing;
use web::{Method, Repeat, Scope};

use crate::catalogue::{CodesAnswer, CodesBody, StockBody};
use crate::redemptions::{RedemptionAnswer, RedemptionBody, RedemptionDetailAnswer, RedemptionStepBody};
use crate::wire::{RewardAnswer, RewardBody, RewardPricesAnswer};

/// The operations of this function, one a route.
pub fn describe() -> Vec<Operation> {
    let mut operations = describe_catalogue();
    operations.extend(describe_redemptions());
    operations
}

fn describe_catalogue() -> Vec<Operation> {
    let read = |path, summary| Operation::new(Method::Get, path, Scope::PointsRead, Repeat::Read, summary);
    let keep =
        |method, path, summary| Operation::new(method, path, Scope::RewardsWrite, Repeat::Keyed, summary);
    vec![
        read("/rewards", "List the catalogue")
            .query::<String>("tier", "Only what holders of this tier may have.")
            .paged()
            .answer::<Listing<RewardAnswer>>(200, "A page of rewards, by their ids."),
        read("/rewards/{id}", "Show a reward").answer::<RewardPricesAnswer>(200, "The reward with its prices."),
        keep(Method::Post, "/rewards", "Add a reward to the catalogue")
            .description("A key of the whole bank is asked for, here and for every change of the catalogue.")
            .body::<RewardBody>()
            .answer::<RewardPricesAnswer>(201, "The reward."),
        keep(Method::Put, "/rewards/{id}", "Write a new version of a reward")
            .description(
                "All terms at once, without stock. More points for a piece, or more money, are refused while customers \
                 hold points, unless issued is grandfather: points keep the price that they were earned under.",
            )
            .body::<RewardBody>()
            .answer::<RewardPricesAnswer>(200, "The reward."),
        keep(Method::Post, "/rewards/{id}/stock", "Add pieces to a reward's stock, or take some out")
            .body::<StockBody>()
            .answer::<RewardPricesAnswer>(200, "The reward."),
        keep(Method::Post, "/rewards/{id}/codes", "Import codes into a reward's pool")
            .description("Codes that a reward has already, this one or another, are named and left as they are.")
            .records::<CodesBody>()
            .answer::<CodesAnswer>(200, "What became of the codes."),
        keep(Method::Post, "/rewards/{id}/retire", "Take a reward out of the catalogue for good")
            .answer::<RewardPricesAnswer>(200, "The reward; what was redeemed goes on."),
    ]
}

fn describe_redemptions() -> Vec<Operation> {
    let read = |path, summary| Operation::new(Method::Get, path, Scope::PointsRead, Repeat::Read, summary);
    let write =
        |path, summary| Operation::new(Method::Post, path, Scope::PointsWrite, Repeat::Keyed, summary);
    vec![
        read("/redemptions", "List redemptions")
            .query::<String>("customer_id", "Only those of this customer.")
            .query::<String>(
                "state",
                "ordered, fulfilled, shipped, delivered, reserved, confirmed, cancelled, void or timed_out.",
            )
            .paged()
            .answer::<Listing<RedemptionAnswer>>(200, "A page of redemptions, by their ids."),
        write("/redemptions", "Redeem a reward")
            .description(
                "In one transaction: the customer's tier, the days, the limit, the stock, the payment, the points, the \
                 codes. A refusal changes nothing. A payment pays for one redemption.",
            )
            .body::<RedemptionBody>()
            .answer::<RedemptionDetailAnswer>(201, "The redemption with its codes and the lots that paid."),
        read("/redemptions/{id}", "Show a redemption")
            .description("Codes are shown to keys with points:write; to others their ends alone.")
            .answer::<RedemptionDetailAnswer>(200, "The redemption with its codes, lots and steps."),
        write("/redemptions/{id}/{step}", "Take a step of a redemption")
            .description(
                "ship (from ordered), deliver (from shipped), confirm (from reserved: spends the points), cancel (gives \
                 points and pieces back; of what was handed over only with returned: true).",
            )
            .body::<RedemptionStepBody>()
            .answer::<RedemptionDetailAnswer>(200, "The redemption."),
    ]
}
