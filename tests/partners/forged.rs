//! Signatures that are not the partner's, and requests that come too late, too early or again.

use serde_json::json;
use tests::desk::NOW_MS;
use web::Request;

use super::air::{Air, register, signed};

/// A sequence that is the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % end
    }

    /// The text with one bit of one letter turned.
    fn turned(&mut self, text: &str) -> String {
        let mut bytes = text.as_bytes().to_vec();
        let place = self.below(bytes.len());
        bytes[place] ^= 1 << self.below(7);
        String::from_utf8(bytes).expect("ASCII stays ASCII")
    }
}

/// The request with another value of a header.
fn with(mut request: Request, name: &str, change: impl FnOnce(&str) -> String) -> Request {
    let header = request.headers.iter_mut().find(|(known, _)| known == name).expect("a header");
    header.1 = change(&header.1);
    request
}

fn without(mut request: Request, name: &str) -> Request {
    request.headers.retain(|(known, _)| known != name);
    request
}

/// The good request, spoilt in one way.
fn forged(air: &Air, sea: &str, dice: &mut Dice, turn: usize) -> Request {
    let seconds = NOW_MS / 1_000;
    let body = json!({"customer_id": "c1", "points": 1_000}).to_string();
    let good = signed(("air", &air.secret), "earn", &format!("f{turn}"), seconds, &body);
    match turn % 12 {
        0 => with(good, "webhook-signature", |text| dice.turned(text)),
        1 => with(good, "webhook-signature", |_| String::new()),
        2 => with(good, "webhook-signature", |_| "v1,".to_owned()),
        3 => with(good, "webhook-id", |id| format!("{id}0")),
        4 => with(good, "webhook-timestamp", |_| (seconds - 1 - dice.below(200) as i64).to_string()),
        5 => signed(("air", sea), "earn", &format!("f{turn}"), seconds, &body),
        6 => with(good, "kezhi-partner", |_| ["sea", "nobody", ""][dice.below(3)].to_owned()),
        7 => good.body(body.replace(':', ": ")),
        8 => {
            let turned = dice.turned(&body);
            good.body(turned)
        }
        9 => good.body(body.replace("1000", "9000")),
        10 => {
            let names = ["webhook-id", "webhook-timestamp", "webhook-signature", "kezhi-partner"];
            without(good, names[dice.below(4)])
        }
        _ => with(good, "webhook-signature", |text| text.replace("v1,", "v1a,")),
    }
}

/// Requests that were done.
fn kept(air: &mut Air) -> i64 {
    air.stored("select count(*) from partner_request")
}

#[test]
fn of_ten_thousand_forged_requests_none_is_believed_and_all_are_answered_alike() {
    let mut air = Air::new(&json!({}));
    let sea = register(&mut air.desk, "sea", &json!({}));
    let mut dice = Dice(42);
    let (mut first, mut accepted, mut failed) = (None, 0, 0);
    for turn in 0..10_000 {
        let request = forged(&air, &sea, &mut dice, turn);
        let (status, problem) = air.desk.ask_at(NOW_MS, request);
        accepted += u32::from(status < 400);
        failed += u32::from(status >= 500);
        assert_eq!(status, 401, "{turn}: {problem}");
        assert_eq!(&*first.get_or_insert(problem.clone()), &problem, "{turn}");
    }
    println!("of 10 000 forged requests {accepted} were accepted and {failed} answered with 5xx");
    assert_eq!((kept(&mut air), air.stored("select count(*) from partner_webhook")), (0, 0));
    assert_eq!(air.active("c1"), 0);
    assert_eq!(air.done("earn", "good", &json!({"customer_id": "c1", "points": 1}))["active"], 1);
}

#[test]
fn clocks_may_differ_by_five_minutes() {
    let mut air = Air::new(&json!({}));
    let body = json!({"customer_id": "c1", "points": 1}).to_string();
    for (later_s, status) in [(-301, 401), (-300, 200), (-299, 200), (299, 200), (300, 200), (301, 401)] {
        let sent = NOW_MS / 1_000 + later_s;
        let request = signed(("air", &air.secret), "earn", &format!("t{}", later_s + 400), sent, &body);
        assert_eq!(air.desk.ask_at(NOW_MS, request).0, status, "{later_s}");
    }
    assert_eq!(air.active("c1"), 4);
}

#[test]
fn what_comes_again_is_not_done_again() {
    let mut air = Air::new(&json!({}));
    let body = json!({"customer_id": "c1", "points": 7});
    let recorded = air.request("earn", "once", &body);
    let first = air.desk.answer_at(NOW_MS, recorded.clone());
    let second = air.desk.answer_at(NOW_MS + 1_000, recorded.clone());
    assert_eq!((first.status, second.status, &second.body), (200, 200, &first.body));
    assert_eq!(second.find_header("idempotency-hit"), Some("true"));
    air.now_ms = NOW_MS + 76 * 3_600_000;
    assert_eq!(air.desk.ask_at(air.now_ms, recorded).0, 401, "a recorded request is too old");
    let signed_again = air.request("earn", "once", &body);
    let third = air.desk.answer_at(air.now_ms, signed_again);
    assert_eq!((third.status, &third.body), (200, &first.body));
    assert_eq!((air.active("c1"), kept(&mut air)), (7, 1));
}
