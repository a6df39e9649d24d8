//! What was too long when the rule came. Numbers here may only become smaller, and lines only fewer.

/// Files over the limit, with their lines.
pub const FILES: &[(&str, usize)] = &[("functions/intake/src/wire.rs", 321)];

/// Functions over the limit (`path::name`), with their lines.
pub const FUNCTIONS: &[(&str, usize)] = &[];
