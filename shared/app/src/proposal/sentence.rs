//! Why a customer gets another manager, in a sentence.

use domain::proposal::Reason;
use domain::strategy::Words;
use store::assignment_proposal::MoveView;

/// The sentence of a move in both languages; managers by their ids.
pub fn sentence(one: &MoveView) -> Words {
    let to = &one.to_id;
    let from = one.from_id.as_deref().unwrap_or("-");
    let (zh, en) = match one.row.reason {
        Reason::Waiting => (
            format!("客户没有客户经理，由 {to} 负责。"),
            format!("The customer has no manager; {to} takes over."),
        ),
        Reason::Left => (
            format!("{from} 已不在岗，由 {to} 接手。"),
            format!("{from} does not work here any more; {to} takes over."),
        ),
        Reason::Absent => {
            (format!("{from} 长期缺勤，由 {to} 接手。"), format!("{from} is away for long; {to} takes over."))
        }
        Reason::Elsewhere => (
            format!("{from} 不服务客户所在的机构，由 {to} 接手。"),
            format!("{from} does not serve the customer's organisation; {to} takes over."),
        ),
        Reason::OverCapacity => (
            format!("{from} 的客户数超过上限，一部分由 {to} 接手。"),
            format!("{from} has more customers than the capacity; {to} takes this one."),
        ),
        Reason::Household => (
            format!("家庭的其他成员由 {to} 负责，客户也归 {to}。"),
            format!("The rest of the household is with {to}, who takes this customer too."),
        ),
        Reason::Balance => (
            format!("为没有去处的客户腾出位置，由 {from} 转给 {to}。"),
            format!("Goes from {from} to {to}, to make room for a customer who has nowhere else to go."),
        ),
    };
    Words { zh, en }
}

#[cfg(test)]
mod tests {
    use store::assignment_proposal::MoveRow;

    use super::*;

    #[test]
    fn every_reason_has_a_sentence_of_its_own() {
        let words = |reason| {
            sentence(&MoveView {
                row: MoveRow { customer_ref: 1, before_ref: Some(1), from_ref: Some(1), to_ref: 2, reason },
                customer_id: "c".to_owned(),
                from_id: Some("old".to_owned()),
                to_id: "new".to_owned(),
                to_organisation_ref: 1,
            })
        };
        let mut told: Vec<String> = Reason::NAMES.iter().map(|(_, reason)| words(*reason).en).collect();
        assert!(told.iter().all(|sentence| sentence.contains("new") && sentence.ends_with('.')), "{told:?}");
        told.sort_unstable();
        told.dedup();
        assert_eq!(told.len(), Reason::NAMES.len());
    }
}
