//! The zoo: stores that are broken on purpose, each in one way. The conformance suite has to catch
//! every one, and to leave the healthy store alone.
//!
//! `cargo test --all-features --test it zoo:: -- --nocapture` prints who was caught by what.

pub mod animal;
mod caches;
pub mod den;
mod finders;
mod listers;
mod removers;
pub mod savers;
mod table;
mod talkers;

use std::sync::{Arc, Mutex, PoisonError};

use libtest_mimic::{Failed, Trial};
use zoho_token_store::TokenStore;
use zoho_token_store::testkit::{self, Summary};

use crate::bless;
use crate::target::Target;
use den::{Den, Zoo};
use table::{ANIMALS, Line};

/// A store that is broken in one way.
struct Animal {
    name: &'static str,
    /// What it does wrong.
    broken: &'static str,
    /// The case that is there to notice.
    caught_by: &'static str,
    open: fn(Den) -> Arc<dyn TokenStore>,
}

/// What was seen so far, for the table.
static SEEN: Mutex<Vec<Line>> = Mutex::new(Vec::new());

pub fn trials() -> Vec<Trial> {
    let caught = |animal: &'static Animal| {
        let name = format!("zoo::{}", animal.name);
        Trial::test(name, move || Target::Memory.block_on(is_caught(animal)))
    };
    let mut trials: Vec<Trial> = ANIMALS.iter().map(caught).collect();
    let healthy = || Target::Memory.block_on(healthy_passes());
    trials.push(Trial::test("zoo::healthy", healthy));
    trials.push(Trial::test("zoo::recorded", recorded));
    trials
}

/// The document names every animal, and who has to catch it.
fn recorded() -> Result<(), Failed> {
    let row = |animal: &Animal| {
        let (name, broken, case) = (animal.name, animal.broken, animal.caught_by);
        format!("| `{name}` | {broken} | `{case}` |\n")
    };
    let rows: String = ANIMALS.iter().map(row).collect();
    let table = format!("\n| Store | What it does | Caught by |\n|---|---|---|\n{rows}");
    bless::is_current("docs/RELIABILITY.md", "zoo::recorded", &table)
}

/// Prints a line for every animal that was looked at: what is broken, and which case caught it.
pub fn print_table() {
    let seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    table::print(&seen);
}

async fn is_caught(animal: &'static Animal) -> Result<(), Failed> {
    let summary = examine(animal.open).await;
    let cases: Vec<&str> = summary.failures().iter().map(|f| f.case()).collect();
    let by_whom = cases.contains(&animal.caught_by);
    let line = Line::new(animal, &cases);
    SEEN.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(line);
    if by_whom {
        return Ok(());
    }
    let (broken, wanted) = (animal.broken, animal.caught_by);
    Err(format!("it {broken}, but {wanted} passed; caught by: {cases:?}").into())
}

/// The suite has nothing to say about a store that is not broken, and no case is left out.
async fn healthy_passes() -> Result<(), Failed> {
    let summary = examine(|den| Arc::new(den)).await;
    let complete = summary.passed() == testkit::cases().len();
    let good = summary.failures().is_empty() && complete;
    good.then_some(()).ok_or_else(|| summary.to_string().into())
}

async fn examine(open: fn(Den) -> Arc<dyn TokenStore>) -> Summary {
    testkit::run_all(testkit::cases(), || Zoo::new(open)).await
}
