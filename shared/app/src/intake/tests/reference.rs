use super::*;

fn tree(connection: &mut NativeConnection, units: &[(&'static str, Option<&'static str>)]) -> Outcome {
    let units = units.iter().map(|(id, parent)| organisation(id, *parent));
    organisations(connection, &everything(), &entries(units)).unwrap()
}

#[test]
fn a_parent_may_come_after_its_children_in_one_request() {
    let mut connection = NativeConnection::in_memory().unwrap();
    let outcome =
        tree(&mut connection, &[("leaf", Some("branch")), ("branch", Some("head")), ("head", None)]);
    assert_eq!(counts(&outcome), (3, 0, 0));
    let head = store::organisation::find(&mut connection, ["head"]).unwrap()[0].1;
    assert_eq!(store::api_client::subtree(&mut connection, head).unwrap().len(), 3);
}

#[test]
fn a_unit_below_an_unknown_or_refused_one_is_refused_with_it() {
    let mut connection = NativeConnection::in_memory().unwrap();
    let outcome =
        tree(&mut connection, &[("c", Some("b")), ("b", Some("a")), ("a", Some("nowhere")), ("d", None)]);
    assert_eq!(counts(&outcome), (1, 0, 3));
    assert_eq!(pointers(&outcome), [(0, "/parent_id"), (1, "/parent_id"), (2, "/parent_id")]);
}

#[test]
fn a_cycle_is_refused_and_the_tree_stays_as_it_was() {
    let mut connection = bank();
    let before = store::organisation::all(&mut connection).unwrap();
    for bad in [
        &[("head", Some("north"))][..],
        &[("head", Some("head"))],
        &[("x", Some("y")), ("y", Some("x"))],
        &[("head", Some("new")), ("new", Some("south"))],
    ] {
        let outcome = tree(&mut connection, bad);
        assert_eq!(counts(&outcome), (0, 0, bad.len()), "{bad:?}");
        assert_eq!(store::organisation::all(&mut connection).unwrap(), before, "{bad:?}");
    }
}

#[test]
fn a_parent_and_a_child_may_swap_places() {
    let mut connection = bank();
    let outcome = tree(&mut connection, &[("head", Some("north")), ("north", None)]);
    assert_eq!(counts(&outcome), (2, 0, 0));
}

#[test]
fn what_is_stored_already_is_a_duplicate_and_the_last_of_one_request_wins() {
    let mut connection = bank();
    let renamed = Organisation { name: "North branch".into(), ..organisation("north", Some("head")) };
    let records =
        [organisation("south", Some("head")), renamed.clone(), organisation("north", Some("head")), renamed];
    let outcome = organisations(&mut connection, &everything(), &entries(records)).unwrap();
    assert_eq!(counts(&outcome), (1, 3, 0));

    let moved = [customer("c1", "north"), customer("c1", "south"), customer("c2", "south")];
    let outcome = customers(&mut connection, &everything(), &entries(moved)).unwrap();
    assert_eq!(counts(&outcome), (1, 2, 0));
    assert_eq!(
        number(&mut connection, "select organisation_ref from customer where customer_id = 'c1'"),
        i64::from(store::organisation::find(&mut connection, ["south"]).unwrap()[0].1)
    );
}

#[test]
fn a_later_bad_record_does_not_replace_an_earlier_good_one() {
    let mut connection = bank();
    let records = [customer("c3", "north"), customer("c3", "nowhere")];
    let outcome = customers(&mut connection, &everything(), &entries(records)).unwrap();
    assert_eq!(counts(&outcome), (1, 0, 1));
    assert_eq!(pointers(&outcome), [(1, "/organisation_id")]);
}

#[test]
fn customers_get_places_in_the_order_of_arrival_and_the_book_hears_of_them() {
    let mut connection = bank();
    let records = [customer("c4", "north"), customer("c1", "north"), customer("c3", "north")];
    let outcome = customers(&mut connection, &everything(), &entries(records)).unwrap();
    assert_eq!(counts(&outcome), (2, 1, 0));
    let places = ["c1", "c2", "c4", "c3"].map(|id| customer_ref(&mut connection, id));
    assert_eq!(places, [0, 1, 2, 3]);
    assert_eq!(number(&mut connection, "select count(*) from book_customer_change"), 4);
}

#[test]
fn a_limited_sender_writes_into_its_own_subtree_only() {
    let mut connection = bank();
    let north = within(&mut connection, "north");
    let refused = |outcome: Result<Outcome, IntakeError>| pointers(&outcome.unwrap());

    let units = [
        organisation("n1", Some("north")),
        organisation("n2", Some("n1")),
        organisation("north", Some("head")),
    ];
    assert_eq!(counts(&organisations(&mut connection, &north, &entries(units)).unwrap()), (2, 1, 0));
    for unit in [
        organisation("s1", Some("south")),
        organisation("root", None),
        organisation("north", Some("south")),
        organisation("north", None),
        organisation("south", Some("north")),
        organisation("head", None),
    ] {
        let shown = format!("{unit:?}");
        assert_eq!(
            refused(organisations(&mut connection, &north, &entries([unit]))),
            [(0, "/parent_id")],
            "{shown}"
        );
    }
    let people = [employee("e1", "n1"), employee("e2", "south")];
    assert_eq!(refused(employees(&mut connection, &north, &entries(people))), [(1, "/organisation_id")]);
    // Neither sending the own customer away nor fetching a foreign one.
    let moves = [customer("c1", "south"), customer("c2", "north")];
    let pointer = [(0, "/organisation_id"), (1, "/organisation_id")];
    assert_eq!(refused(customers(&mut connection, &north, &entries(moves))), pointer);
    let owned = [account("d3", "c2", AccountClass::Deposit), account("d2", "c1", AccountClass::Deposit)];
    let pointer = [(0, "/customer_id"), (1, "/customer_id")];
    assert_eq!(refused(accounts(&mut connection, &north, &entries(owned))), pointer);
    let closing = [balance("d2", "2026-03-01", 1), balance("d1", "2026-03-01", 1)];
    assert_eq!(refused(balances(&mut connection, &north, &entries(closing))), [(0, "/account_id")]);
    let months = ["c2", "c1"].map(|id| money::assets_of(id, "2026-02", 5));
    assert_eq!(refused(assets(&mut connection, &north, &entries(months))), [(0, "/customer_id")]);
    let movements = [
        Transaction { customer_id: "c2".into(), ..transaction("t1", None, 5) },
        Transaction { organisation_id: Some("south".into()), ..transaction("t2", None, 5) },
        Transaction { organisation_id: Some("north".into()), ..transaction("t3", None, 5) },
    ];
    let pointer = [(0, "/customer_id"), (1, "/organisation_id")];
    assert_eq!(refused(transactions(&mut connection, &north, &entries(movements))), pointer);
}

#[test]
fn unknown_parents_are_named_by_their_member() {
    let mut connection = bank();
    let refused = |outcome: Result<Outcome, IntakeError>| pointers(&outcome.unwrap());
    assert_eq!(
        refused(employees(&mut connection, &everything(), &entries([employee("e", "x")]))),
        [(0, "/organisation_id")]
    );
    let lost = account("a", "x", AccountClass::Deposit);
    assert_eq!(refused(accounts(&mut connection, &everything(), &entries([lost]))), [(0, "/customer_id")]);
    let lost = balance("x", "2026-03-01", 1);
    assert_eq!(refused(balances(&mut connection, &everything(), &entries([lost]))), [(0, "/account_id")]);
    let lost = [
        Transaction { customer_id: "x".into(), ..transaction("t1", None, 5) },
        transaction("t2", Some("x"), 5),
        Transaction { organisation_id: Some("x".into()), ..transaction("t3", None, 5) },
        transaction("t4", Some("d2"), 5),
    ];
    let pointer = [(0, "/customer_id"), (1, "/account_id"), (2, "/organisation_id"), (3, "/account_id")];
    assert_eq!(refused(transactions(&mut connection, &everything(), &entries(lost))), pointer);
}

#[test]
fn a_long_chain_of_units_is_judged_quickly_whatever_its_order() {
    let mut connection = NativeConnection::in_memory().unwrap();
    let names: Vec<String> = (0..20_000).map(|number| format!("o{number}")).collect();
    let chain = |root: Option<&str>| {
        let units = names.iter().enumerate().map(|(place, name)| Organisation {
            id: name.clone().into(),
            parent_id: if place == 0 {
                root.map(|root| root.to_owned().into())
            } else {
                Some(names[place - 1].clone().into())
            },
            name: name.clone().into(),
            level: None,
        });
        entries(units.collect::<Vec<_>>())
    };
    let bad = organisations(&mut connection, &everything(), &chain(Some("nowhere"))).unwrap();
    assert_eq!(counts(&bad), (0, 0, 20_000));
    let circle = organisations(&mut connection, &everything(), &chain(Some("o19999"))).unwrap();
    assert_eq!(counts(&circle), (0, 0, 20_000));
    let good = organisations(&mut connection, &everything(), &chain(None)).unwrap();
    assert_eq!(counts(&good), (20_000, 0, 0));
}
