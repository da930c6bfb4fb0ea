//! What an import is about to do, decided before anything is written. Pure.

mod known;
pub mod plan;
