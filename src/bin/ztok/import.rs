//! What an import does: decided before anything is written, then written.

mod known;
pub mod plan;
pub mod write;
