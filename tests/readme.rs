//! The README's promises: its curls work verbatim on a demo bank, in both languages' pages.

use std::process::Command;

use tests::{Bank, demo};

/// The shell block below a heading.
fn block(page: &str, heading: &str) -> String {
    let after = page.split_once(heading).unwrap_or_else(|| panic!("the page has the heading {heading}")).1;
    let block = after.split_once("```sh\n").expect("a shell block").1;
    block.split_once("```").expect("its end").0.to_owned()
}

#[test]
fn the_readmes_curls_work_verbatim() {
    let bank = Bank::start();
    let today = domain::date::Day::from_number(
        (std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970").as_secs()
            / 86_400) as i32,
    );
    let today = today.to_string().parse().expect("a date");
    let plan = demo::plan::Plan::new(5_000, 20_260_101, today).expect("a plan");
    demo::load(&bank.client(), &plan, 10_000).expect("the demo bank loads");
    let points = demo::points::furnish(&bank.client(), &plan, today).expect("the points programme");
    assert!(points.is_some());
    assert_eq!(demo::points::furnish(&bank.client(), &plan, today).expect("nothing to do"), None);
    let sales = demo::sales::furnish(&bank.client(), &plan, today).expect("managers and sales");
    assert!(sales.is_some_and(|line| line.contains("best: E")), "somebody is credited");
    assert_eq!(demo::sales::furnish(&bank.client(), &plan, today).expect("nothing to do"), None);
    for (page, heading) in [("README.md", "## Five curls"), ("README.zh-CN.md", "## 五条命令")] {
        let text = std::fs::read_to_string(tests::root().join(page)).expect("the page");
        let script = block(&text, heading);
        assert_eq!(script.matches("curl ").count(), 5, "{page}");
        // The page speaks of the usual address; the test's bank has a free port.
        let script =
            script.replace("http://127.0.0.1:3000", bank.base()).replace("curl ", "curl --fail-with-body ");
        let run =
            Command::new("bash").args(["-ec", &script]).env("KEY", bank.admin_key()).output().expect("bash");
        let (out, err) = (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
        assert!(run.status.success(), "{page}:\n{script}\n{out}\n{err}");
        assert!(out.contains("matrix") && out.contains("\"active\":"), "{page}: {out}");
        assert!(!out.contains("\"active\":0,"), "{page}: the customer has points: {out}");
        assert!(out.contains("\"lower_bound\":") && out.contains("\"ranked\":"), "{page}: {out}");
    }
}
