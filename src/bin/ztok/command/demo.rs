//! `ztok demo`: the quick start of `make demo`, and the race.

// What the example shows is shown here: one copy, which stands among the examples.
#[path = "../../../../examples/quickstart/naive.rs"]
mod naive;
#[path = "../../../../examples/quickstart/race.rs"]
mod race;
#[path = "../../../../examples/quickstart/steps.rs"]
mod steps;
#[path = "../../../../examples/quickstart/table.rs"]
mod table;

use std::error::Error;
use std::io::{self, Write};

use clap::Args;
use serde_json::{Value, json};

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Format;

/// See the store work, on a simulated AWS inside the process
///
/// Every operation once, with the API calls that it costs; then 50 workers at once on a naive store
/// and on this one. Needs no AWS account and no network; nothing is kept.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ztok demo
  ztok demo --output json | jq .race")]
pub struct Demo {}

impl Demo {
    pub async fn run(self, context: &Context) -> Result<Exit, Failure> {
        let (mut stdout, mut sink) = (io::stdout(), io::sink());
        let out: &mut dyn Write = match context.console.format() {
            Format::Text => &mut stdout,
            Format::Json => &mut sink,
        };
        let rows = steps::run(out).await.map_err(|error| fault(&*error))?;
        let scores = race::run(out).await.map_err(|error| fault(&*error))?;
        let json = || {
            json!({
                "steps": rows.iter().map(step).collect::<Vec<_>>(),
                "race": {"naive": score(&scores.naive), "ours": score(&scores.ours)},
            })
        };
        context.console.answer(String::new, json)?;
        Ok(Exit::Done)
    }
}

fn fault(error: &(dyn Error + 'static)) -> Failure {
    match error.downcast_ref::<io::Error>() {
        Some(error) => io::Error::from(error.kind()).into(),
        None => Failure::new(Exit::Failed, error.to_string()),
    }
}

fn step(row: &table::Row) -> Value {
    json!({
        "step": row.step.trim(),
        "outcome": row.outcome,
        "calls": row.calls,
        "promised": row.promised.to_string(),
        "microseconds": row.time.as_micros() as u64,
    })
}

fn score(score: &race::Score) -> Value {
    json!({
        "saved": score.saved,
        "lost": score.lost,
        "save_calls": score.save_calls,
        "look_up_calls": score.look_up_calls,
    })
}
