//! The pure rules: no I/O, no clock, no logging. What can be decided without AWS is decided here.

pub(crate) mod diagnosis;
pub(crate) mod freshness;
pub(crate) mod matching;
pub(crate) mod merge;
pub(crate) mod naming;
pub(crate) mod page;
pub(crate) mod record;
pub(crate) mod successor;
pub(crate) mod tags;
mod wiped;
