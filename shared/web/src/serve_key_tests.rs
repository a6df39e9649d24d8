use super::*;

#[test]
fn a_key_opens_what_its_scopes_name_and_nothing_else() {
    let mut connection = house();
    let get = || Request::new(Method::Get, "/counter");
    let post = || Request::new(Method::Post, "/counter").body("{\"amount\":1}");
    for (key, read, write) in [
        (None, 401, 401),
        (Some(""), 401, 401),
        (Some(" "), 401, 401),
        (Some("unknown"), 401, 401),
        (Some("revoked"), 401, 401),
        (Some("reader"), 200, 403),
        (Some("writer"), 200, 201),
        (Some("everything"), 200, 201),
        (Some(ADMIN_KEY), 200, 201),
    ] {
        let with_key = |request: Request| match key {
            Some(key) => request.key(key),
            None => request,
        };
        let answers = [send(&mut connection, with_key(get())), send(&mut connection, with_key(post()))];
        assert_eq!(answers.map(|answer| answer.status), [read, write], "{key:?}");
    }
}

#[test]
fn credentials_in_another_form_open_nothing() {
    let mut connection = house();
    let get = || Request::new(Method::Get, "/counter");
    let basic = get().header("Authorization", "Basic d3JpdGVyOg==");
    let bare = get().header("Authorization", "writer");
    let twice = get().key("writer").key("writer");
    for request in [basic, bare, twice] {
        let answer = send(&mut connection, request);
        assert_eq!((answer.status, answer.find_header("www-authenticate").is_some()), (401, true));
    }
    assert_eq!(send(&mut connection, get().header("authorization", "bearer writer")).status, 200);
}

#[test]
fn without_an_administrators_key_nobody_is_administrator() {
    let mut connection = house();
    for key in ["", " ", "admin", ADMIN_KEY] {
        let request = Request::new(Method::Get, "/counter").key(key);
        assert_eq!(serve(&routes(), &mut connection, request, "", NOW_MS).status, 401, "{key}");
    }
}

#[test]
fn two_keys_of_one_employee_are_one_person() {
    let mut connection = house();
    for (key, person) in [("writer", "li"), ("writer-2", "li"), ("reader", "reader"), (ADMIN_KEY, "admin")] {
        let answer = send(&mut connection, Request::new(Method::Get, "/counter").key(key));
        assert!(text(&answer).contains(&format!("\"person\":\"{person}\"")), "{}", text(&answer));
    }
}

#[test]
fn a_caller_sees_the_own_subtree() {
    let mut connection = house();
    for (key, subtree) in [("reader", None), ("writer", Some(vec![2, 3])), ("writer-2", Some(vec![3]))] {
        let request = Request::new(Method::Get, "/counter").key(key);
        let caller = key::caller(&mut connection, &request, ADMIN_KEY, NOW_MS).expect("a caller");
        let seen = caller.subtree(&mut connection).expect("a subtree");
        assert_eq!(seen.map(|seen| seen.into_iter().collect::<Vec<_>>()), subtree, "{key}");
        for organisation in 1..=4 {
            let covered = caller.covers(&mut connection, organisation).expect("an answer");
            assert_eq!(covered, subtree.as_ref().is_none_or(|seen| seen.contains(&organisation)));
        }
    }
}
