//! Tampering with the sealed ledger.

use super::*;
use crate::points::audit::{BadBatch, Flaw, KeptHead, head, verify_chain};

/// Four batches: three lots, then a spending.
fn sealed() -> NativeConnection {
    let mut connection = bank();
    for customer_ref in 1..4 {
        earn(&mut connection, new_lot(customer_ref, 100, Some("2026-12-31")));
    }
    buy(&mut connection, 2, 30).unwrap();
    connection
}

fn verify(connection: &mut NativeConnection, kept: Option<&KeptHead>) -> Option<BadBatch> {
    verify_chain(connection, 1, kept, 1, || 0).unwrap().first_bad
}

#[test]
fn an_untouched_chain_is_right_from_any_batch_on() {
    let mut connection = sealed();
    for (from, batches) in [(1, 4), (2, 3), (4, 1), (5, 0)] {
        let report = verify_chain(&mut connection, from, None, 1, || 0).unwrap();
        assert_eq!((report.first_bad, report.batches, report.next_from), (None, batches, None), "{from}");
    }
    assert_eq!(verify(&mut NativeConnection::in_memory().unwrap(), None), None);
}

#[test]
fn a_verification_continues_where_its_time_was_over() {
    let mut connection = sealed();
    let mut from = 1;
    for batch in 2..=5 {
        let report = verify_chain(&mut connection, from, None, 0, || 0).unwrap();
        assert_eq!((report.batches, report.next_from), (1, Some(batch)));
        from = batch;
    }
    let report = verify_chain(&mut connection, from, None, 0, || 0).unwrap();
    assert_eq!((report.batches, report.next_from, report.first_bad), (0, None, None));
}

#[test]
fn every_tampering_is_found_at_its_first_batch() {
    for (sql, batch, reason) in [
        ("update points_entry set points = 101 where points_entry_ref = 2", 2, Flaw::Altered),
        ("update points_entry set points_lot_ref = null where points_entry_ref = 3", 3, Flaw::Altered),
        ("update points_entry set on_day = on_day + 1 where points_entry_ref = 4", 4, Flaw::Altered),
        ("update points_lot set expires_on = expires_on + 1 where points_lot_ref = 2", 2, Flaw::Altered),
        ("update points_lot set expires_on = null where points_lot_ref = 3", 3, Flaw::Altered),
        ("update points_batch set person = 'other' where points_batch_ref = 3", 3, Flaw::Altered),
        ("update points_batch set written_at = 0 where points_batch_ref = 1", 1, Flaw::Altered),
        ("update points_batch set hash = zeroblob(32) where points_batch_ref = 2", 2, Flaw::Altered),
        ("update points_batch set entries = 2 where points_batch_ref = 4", 4, Flaw::EntryMissing),
        ("delete from points_entry where points_entry_ref = 2", 2, Flaw::EntryMissing),
        ("delete from points_lot where points_lot_ref = 3", 3, Flaw::LotMissing),
        ("delete from points_batch where points_batch_ref = 2", 2, Flaw::BatchMissing),
        ("delete from points_batch where points_batch_ref = 4", 4, Flaw::Unsealed),
        ("update points_batch set points_batch_ref = 0 where points_batch_ref = 4", 0, Flaw::BatchInserted),
        ("update points_entry set points_entry_ref = 0 where points_entry_ref = 4", 1, Flaw::EntryInserted),
        ("update points_lot set points_lot_ref = 0 where points_lot_ref = 3", 1, Flaw::LotInserted),
        ("update points_entry set points_entry_ref = 9 where points_entry_ref = 4", 4, Flaw::EntryMissing),
        (
            "insert into points_entry
             select 5, 4, kind, customer_ref, points_lot_ref, points, debit, credit, on_day, cause, cause_ref
             from points_entry where points_entry_ref = 4",
            5,
            Flaw::Unsealed,
        ),
        (
            "update points_entry set customer_ref = 4 - customer_ref where points_entry_ref in (1, 3)",
            1,
            Flaw::Altered,
        ),
        (
            "update points_batch set points_batch_ref = case points_batch_ref when 2 then -3 when 3 then -2 end
             where points_batch_ref in (2, 3)",
            -3,
            Flaw::BatchInserted,
        ),
    ] {
        let mut connection = sealed();
        connection.execute(sql, &[]).unwrap();
        assert_eq!(verify(&mut connection, None), Some(BadBatch { batch, reason }), "{sql}");
    }
}

#[test]
fn the_same_writes_have_the_same_hashes() {
    let heads = [sealed(), sealed()].map(|mut connection| head(&mut connection).unwrap());
    assert_eq!(heads[0], heads[1]);
    assert_eq!(heads[0].hash.len(), 32);
}

#[test]
fn batches_that_changed_places_are_found() {
    let mut connection = sealed();
    for (from, to) in [(2, 9), (3, 2), (9, 3)] {
        let sql = "update points_batch set points_batch_ref = ?2 where points_batch_ref = ?1";
        connection.execute(sql, &[Value::Integer(from), Value::Integer(to)]).unwrap();
    }
    assert_eq!(verify(&mut connection, None), Some(BadBatch { batch: 2, reason: Flaw::Altered }));
}

#[test]
fn a_kept_head_shows_what_was_cut_off_or_written_anew() {
    let mut connection = sealed();
    let head = head(&mut connection).unwrap();
    let kept = KeptHead { batches: head.batches, hash: head.hash };
    assert_eq!((kept.batches, head.entries, head.written_at), (4, 4, Some(NOW_MS)));
    assert_eq!(verify(&mut connection, Some(&kept)), None);
    for sql in [
        "delete from points_batch where points_batch_ref = 4",
        "delete from points_entry where points_batch_ref = 4",
    ] {
        connection.execute(sql, &[]).unwrap();
    }
    assert_eq!(verify(&mut connection, None), None);
    let bad = BadBatch { batch: 4, reason: Flaw::Truncated };
    assert_eq!(verify(&mut connection, Some(&kept)), Some(bad));
    connection.execute("update points_open_lot set points_left = 100", &[]).unwrap();
    buy(&mut connection, 3, 30).unwrap();
    let bad = BadBatch { batch: 4, reason: Flaw::Rewritten };
    assert_eq!(verify(&mut connection, Some(&kept)), Some(bad));
}
