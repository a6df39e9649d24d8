//! What the demo's programme says: its rules, budget, rewards and partner, as the API takes them.

/// The campaign whose budget pays the bonus abroad.
pub const CAMPAIGN_ID: &str = "autumn-abroad";

/// Points that the campaign may give.
pub const BUDGET: &str = r#"{"budget":150000}"#;

/// Rules with their ids.
pub const RULES: [(&str, &str); 4] = [
    (
        "card-purchase",
        r#"{"id":"card-purchase","name":{"zh":"刷卡消费","en":"Card purchases"},
            "events":["purchase"],"earn":{"per_amount":{"points":1,"per":"10.00","rounding":"floor"}},
            "multipliers_bp":{"gold":12000,"platinum":15000,"growth":20000,"core":30000},
            "caps":[{"per":"month","points":2000}],"pending_days":7,
            "expiry":{"month_end":{"months":24}},"return_policy":"within_balance"}"#,
    ),
    (
        "abroad-bonus",
        r#"{"id":"abroad-bonus","name":{"zh":"境外消费加赠","en":"Bonus abroad"},
            "events":["purchase"],"campaign_id":"autumn-abroad",
            "condition":"event.merchant_category in [\"4511\", \"7011\"] && has(event.attributes.country)",
            "earn":{"per_amount":{"points":2,"per":"10.00","rounding":"floor"}},
            "caps":[{"per":"day","points":800}],"pending_days":7,
            "expiry":{"month_end":{"months":24}},"return_policy":"within_balance"}"#,
    ),
    (
        "survey",
        r#"{"id":"survey","name":{"zh":"问卷","en":"Survey"},"events":["survey"],
            "earn":{"fixed":{"points":50}},"caps":[{"per":"month","points":100}],
            "expiry":{"month_end":{"months":24}}}"#,
    ),
    (
        "referral",
        r#"{"id":"referral","name":{"zh":"推荐新客户","en":"Referral"},"events":["referral"],
            "earn":{"referral":{"customer":200,"referrer":500}},
            "expiry":{"month_end":{"months":24}}}"#,
    ),
];

/// Rewards with their ids: one with a stock, one with codes that are made here.
pub const REWARDS: [(&str, &str); 2] = [
    (
        "umbrella",
        r#"{"id":"umbrella","name":{"zh":"晴雨伞","en":"Umbrella"},"price":{"points":300},"stock":200,
            "limit":{"per_customer":1,"per":"year"},"fulfilment":"shipment"}"#,
    ),
    (
        "coffee",
        r#"{"id":"coffee","name":{"zh":"咖啡券","en":"Coffee voucher"},"price":{"points":100},
            "fulfilment":"code","codes":"generated"}"#,
    ),
];

/// The partner.
pub const PARTNER_ID: &str = "blue-sky-airlines";

/// What was agreed with it: a mile is worth ten points.
pub const PARTNER: &str = r#"{"id":"blue-sky-airlines","name":"蓝天航空",
    "exchange":{"units":1,"points":10,"rounding":"floor"},
    "limits":{"per_request":20000,"per_customer_day":50000},"budget":1000000,"expiry_months":24,
    "point_value":{"points":1000,"amount":"10.00"}}"#;
