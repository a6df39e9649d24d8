//! What was too long when the rule came. Numbers here may only become smaller, and lines only fewer.

/// Files over the limit, with their lines.
pub const FILES: &[(&str, usize)] = &[
    ("functions/intake/src/wire.rs", 322),
    ("functions/tier-evaluation/src/wire.rs", 337),
    ("shared/app/src/tier/review.rs", 337),
    ("shared/domain/src/intake.rs", 348),
    ("shared/domain/src/tier/scheme.rs", 343),
    ("shared/store/src/balance.rs", 340),
    ("shared/store/src/book.rs", 338),
    ("shared/store/src/decision.rs", 319),
    ("shared/store/src/tier.rs", 403),
];

/// Functions over the limit (`path::name`), with their lines.
pub const FUNCTIONS: &[(&str, usize)] = &[];
