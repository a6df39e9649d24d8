//! HTTP manners.
