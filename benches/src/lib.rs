//! What the measurements share. How to run them, and what came out: docs/PERFORMANCE.md.

#![forbid(unsafe_code)]

pub mod caches;
pub mod figures;
pub mod naive;
pub mod tokens;
pub mod wire;
