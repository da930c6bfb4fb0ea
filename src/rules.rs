//! The pure rules: no I/O, no clock, no logging. What can be decided without AWS is decided here.
#![allow(
    dead_code,
    reason = "the Secrets Manager store, which follows, uses the rest"
)]

pub(crate) mod matching;
pub(crate) mod merge;
pub(crate) mod naming;
pub(crate) mod page;
pub(crate) mod record;
pub(crate) mod successor;
