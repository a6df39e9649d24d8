//! Names and what they stand for.

/// What a name stands for; nothing when it is none of them.
pub fn meaning<T: Copy>(names: &[(&'static str, T)], name: &str) -> Option<T> {
    names.iter().find(|(known, _)| *known == name).map(|(_, meaning)| *meaning)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_for_one_thing_and_any_other_for_nothing() {
        let names = [("one", 1), ("two", 2)];
        assert_eq!(meaning(&names, "two"), Some(2));
        for unknown in ["", "Two", "three"] {
            assert_eq!(meaning(&names, unknown), None, "{unknown}");
        }
    }
}
