//! The contract, as tables.
//!
//! A row is a [`Case`]: a code, a line that says what it is about, what the store holds, and steps,
//! each with what the contract asks for. All rows run on all targets. To add one, write it into the
//! table it belongs to; the runner checks the rest (that nothing else changed, that listings agree,
//! that a process with an empty cache finds every record).
//!
//! Codes such as `F01` and `S12b` are those of the 70 cases in which Zoho's own SDK stores were
//! observed. Rows with such a code say what the contract asks for, not what Zoho's stores do.

pub mod case;
pub mod words;

mod clients;
mod delete;
mod find;
mod identity;
mod input;
mod list;
mod partial;
mod processes;
mod save;

use libtest_mimic::Trial;

use crate::runner;
use crate::target::Target;
use case::Case;

/// Every table with its name.
pub fn tables() -> [(&'static str, Vec<Case>); 9] {
    [
        ("find", find::cases()),
        ("save", save::cases()),
        ("delete", delete::cases()),
        ("list", list::cases()),
        ("clients", clients::cases()),
        ("identity", identity::cases()),
        ("input", input::cases()),
        ("partial", partial::cases()),
        ("processes", processes::cases()),
    ]
}

/// A trial for every row that can be put to this target.
pub fn trials(target: Target) -> Vec<Trial> {
    let mut trials = Vec::new();
    for (group, cases) in tables() {
        for case in cases {
            if case.needs_namespaces() && !target.has_namespaces() {
                continue;
            }
            let name = format!("{}::{group}::{}", target.name(), case.code);
            let trial = move || target.block_on(runner::run(&case, target));
            trials.push(Trial::test(name, trial));
        }
    }
    trials
}
