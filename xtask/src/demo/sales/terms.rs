//! What the demo bank sells, and how it is credited, as the API takes it.

use chrono::NaiveDate;

/// A product whose sales are credited.
#[derive(Debug)]
pub struct Product {
    /// Its id, which transactions name too.
    pub id: &'static str,
    zh: &'static str,
    en: &'static str,
    category: &'static str,
    /// What a sale comes to, from and to, in minor units.
    pub amounts: (i64, i64),
    rule: &'static str,
}

const fn product(
    id: &'static str,
    (zh, en): (&'static str, &'static str),
    category: &'static str,
    amounts: (i64, i64),
    rule: &'static str,
) -> Product {
    Product { id, zh, en, category, amounts, rule }
}

/// The rule of an insurance, member by member.
const INSURANCE: &str = r#"{"selling":"transaction","automatic":"same_organisation","split":"primary",
    "window_days":5,"default":"teller","referrer":{"seller_bp":7000,"referrer_bp":3000},
    "adjustment_days":30,"plan_weight_bp":10000}"#;

/// What is absent is as in the rule of an insurance.
const USUAL: &str = "{}";

/// Money that comes and goes counts for a tenth in plans.
const DEPOSIT: &str = r#"{"plan_weight_bp":1000}"#;

/// Wherever it is sold, all managers of the buyer are credited.
const ADVISED: &str = r#"{"automatic":"assigned","split":"shares"}"#;

/// Nobody sold it in person unless somebody registers, and it is in no plan.
const SIGNED_UP: &str = r#"{"automatic":"never","default":"organisation","plan_weight_bp":0}"#;

/// What the bank sells. The last one is made last of all.
pub static PRODUCTS: [Product; 14] = [
    product("time-deposit", ("定期存款", "Time deposits"), "deposit", (1_000_000, 50_000_000), DEPOSIT),
    product(
        "settlement-signing",
        ("证券结算签约", "Securities settlement signing"),
        "settlement",
        (10_000, 10_000),
        SIGNED_UP,
    ),
    product("fund", ("基金", "Funds"), "fund", (100_000, 30_000_000), ADVISED),
    product("paper-gold", ("纸黄金", "Paper gold"), "paper_gold", (50_000, 5_000_000), USUAL),
    product("physical-gold", ("实物黄金", "Physical gold"), "physical_gold", (100_000, 8_000_000), USUAL),
    product("insurance", ("保险", "Insurance"), "insurance", (100_000, 20_000_000), INSURANCE),
    product("government-bond", ("国债", "Government bonds"), "bond", (100_000, 20_000_000), USUAL),
    product("wealth-plan", ("理财产品", "Wealth products"), "wealth", (1_000_000, 60_000_000), ADVISED),
    product("fx", ("外汇", "Foreign exchange"), "fx", (50_000, 10_000_000), USUAL),
    product(
        "e-banking",
        ("网上银行和手机银行", "Online and mobile banking"),
        "e_banking",
        (2_500, 6_000),
        SIGNED_UP,
    ),
    product("sms-service", ("短信服务", "SMS service"), "sms_service", (2_400, 2_400), SIGNED_UP),
    product("wealth-card", ("财富卡", "Wealth card"), "card", (20_000, 60_000), USUAL),
    product(
        "private-banking-card",
        ("私人银行卡", "Private-banking card"),
        "card",
        (100_000, 360_000),
        USUAL,
    ),
    product("credit-card", ("信用卡", "Credit card"), "card", (10_000, 200_000), USUAL),
];

impl Product {
    /// The body that makes it, credited for sales from a day on.
    pub fn body(&self, from: NaiveDate) -> String {
        let Self { id, zh, en, category, rule, .. } = self;
        format!(
            r#"{{"id":"{id}","name":{{"zh":"{zh}","en":"{en}"}},"category":"{category}",
                "from":"{from}","rule":{rule}}}"#
        )
    }
}
