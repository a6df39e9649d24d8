//! Lists of tasks enter the table by an index, and what is done does not lengthen the way to what is not.

use super::*;
use crate::batch_plans::Explaining;

fn plan(run: impl FnOnce(&mut Explaining) -> Result<(), StoreError>) -> Vec<String> {
    let mut explaining = Explaining::new().expect("a database");
    run(&mut explaining).expect("runs");
    explaining.into_plans().pop().expect("a statement").1
}

#[test]
fn every_list_has_an_index_of_its_own() {
    for (organisation_ref, employee_ref, index, sorted) in [
        (None, None, "by_due_date (due_on>?", false),
        (None, Some(1), "of_employee (employee_ref=? AND due_on>?", false),
        (Some(1), Some(1), "of_employee (employee_ref=? AND due_on>?", false),
        (Some(1), None, "of_organisation (organisation_ref=? AND due_on>?", true),
    ] {
        for (done, state) in [(false, "open"), (true, "done")] {
            let filter = TaskFilter { done, due_to: None, organisation_ref, employee_ref };
            let steps = plan(|connection| page(connection, &filter, (0, 0), 10).map(drop));
            let expected = format!("SEARCH task USING INDEX task_{state}_{index}");
            assert!(steps.iter().any(|step| step.starts_with(&expected)), "{expected}: {steps:#?}");
            let sorts = steps.iter().any(|step| step.contains("TEMP B-TREE"));
            assert_eq!(sorts, sorted, "{steps:#?}");
        }
    }
}

#[test]
fn tasks_are_ended_by_their_customer() {
    let of_alerts = plan(|connection| end_of_alerts(connection, [(1, 2, 3, 4)], "check", 1));
    let of_case = plan(|connection| end_of_case(connection, (1, 2), "m", 1));
    for (steps, table) in [(of_alerts, "ended"), (of_case, "task")] {
        let expected = format!("SEARCH {table} USING INDEX task_open_of_customer (customer_ref=?)");
        assert!(steps.contains(&expected), "{steps:#?}");
    }
}
