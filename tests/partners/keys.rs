//! Secrets that end, and are then forgotten.

use serde_json::json;
use tests::desk::NOW_MS;

use super::air::{Air, signed};
use super::points;

fn rotate(air: &mut Air, overlap_hours: u32) -> String {
    let rotated = air.desk.post("/partners/air/keys", &json!({"overlap_hours": overlap_hours}));
    rotated["secret"].as_str().expect("a secret").to_owned()
}

/// What a request that is signed with a secret is answered.
fn status(air: &mut Air, secret: &str, id: &str, now_ms: i64) -> u16 {
    let body = points("c1", 1).to_string();
    air.desk.ask_at(now_ms, signed(("air", secret), "earn", id, now_ms / 1_000, &body)).0
}

fn forgotten(air: &mut Air) -> i64 {
    air.stored("select count(*) from partner_key where secret = ''")
}

#[test]
fn a_later_rotation_shortens_keys_that_already_have_an_end() {
    let mut air = Air::new(&json!({}));
    let first = air.secret.clone();
    let second = rotate(&mut air, 720);
    let third = rotate(&mut air, 1);
    let later = NOW_MS + 3_600_000;
    assert_eq!(status(&mut air, &first, "k1", later - 1), 200);
    assert_eq!(status(&mut air, &first, "k2", later), 401, "one hour, not thirty days");
    assert_eq!(status(&mut air, &second, "k3", later), 401);
    let fourth = rotate(&mut air, 720);
    assert_eq!(status(&mut air, &second, "k4", later), 401, "a longer overlap lengthens nothing");
    assert_eq!(status(&mut air, &third, "k5", later), 200);
    assert_eq!(status(&mut air, &fourth, "k6", later), 200);
}

#[test]
fn secrets_that_have_ended_are_forgotten_by_the_next_rotation_and_by_the_night() {
    let mut air = Air::new(&json!({}));
    rotate(&mut air, 1);
    assert_eq!(forgotten(&mut air), 0);
    let night = |air: &mut Air, now_ms: i64| {
        scheduler::points(&mut air.desk.connection, now_ms, || 0).expect("a night");
    };
    night(&mut air, NOW_MS + 3_599_999);
    assert_eq!(forgotten(&mut air), 0, "it is still taken");
    night(&mut air, NOW_MS + 3_600_000);
    assert_eq!(forgotten(&mut air), 1);
    let last = rotate(&mut air, 0);
    assert_eq!(forgotten(&mut air), 2, "with no overlap it ends at once");
    assert_eq!(status(&mut air, &last, "k1", NOW_MS), 200);
    // A clock that is behind finds no secret, and believes nobody.
    let first = air.secret.clone();
    assert_eq!(status(&mut air, &first, "k2", NOW_MS - 1_000), 401);
}
