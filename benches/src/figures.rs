//! What a measurement gives: figures, as JSON.

use serde::{Deserialize, Serialize};

pub const OURS: &str = "ours";
/// Ours as the Lambda example has it; from scripts/measure-startup, as the next one.
pub const OURS_AS_LAMBDA: &str = "ours, as Lambda";
pub const BOTO3: &str = "boto3";
pub const MAP: &str = "HashMap";
pub const MOKA_SYNC: &str = "moka::sync";
pub const MOKA_FUTURE: &str = "moka::future";
pub const AWS: &str = "AWS's cache";
pub const AWS_PARSED: &str = "AWS's cache, parsed";
pub const NAIVE: &str = "naive";

/// Who is measured, from left to right.
pub const SIDES: [&str; 9] = [
    OURS,
    OURS_AS_LAMBDA,
    BOTO3,
    MAP,
    MOKA_SYNC,
    MOKA_FUTURE,
    AWS,
    AWS_PARSED,
    NAIVE,
];

/// One measured value.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Figure {
    /// What was done.
    pub what: String,
    /// Who did it.
    pub who: String,
    /// With how many tokens.
    pub tokens: usize,
    pub unit: String,
    pub value: f64,
}

impl Figure {
    pub fn new(what: &str, who: &str, tokens: usize, unit: &str, value: f64) -> Self {
        Self {
            what: what.to_owned(),
            who: who.to_owned(),
            tokens,
            unit: unit.to_owned(),
            value,
        }
    }
}

/// Prints figures for whoever collects them, one a line.
pub fn print(figures: &[Figure]) -> serde_json::Result<()> {
    for figure in figures {
        println!("{}", serde_json::to_string(figure)?);
    }
    Ok(())
}
