//! The command `ztok`, run as a program: what it is given, what it says, and how it ends.
//!
//! A row is a script of invocations in a namespace of its own. Rows of `anywhere` run on every
//! service; those of `simulator` need faults; those of `alone` need no service at all. The simulator
//! is reached over loopback HTTP, as the emulators are.

mod alone;
mod anywhere;
mod import;
mod place;
mod program;
mod read_only;
mod reference;
mod row;
mod server;
mod signals;
mod simulator;
mod terminal;

use libtest_mimic::{Failed, Trial};
use tokio::runtime::Builder;

use crate::target::Target;
use row::Row;

pub use place::Place;
pub use row::CANARY;

/// The trials that need no service.
pub fn trials() -> Vec<Trial> {
    let mut trials: Vec<Trial> = alone::rows()
        .into_iter()
        .map(|row| trial(None, row))
        .collect();
    trials.push(Trial::test("cli::reference", || {
        block_on(reference::current())
    }));
    trials
}

/// The trials on one service.
pub fn trials_on(target: Target) -> Vec<Trial> {
    if target == Target::Memory {
        return Vec::new();
    }
    let mut rows = anywhere::rows();
    rows.extend(import::rows());
    if target == Target::Simulator {
        rows.extend(simulator::rows());
    }
    let mut trials: Vec<Trial> = rows
        .into_iter()
        .map(|row| trial(Some(target), row))
        .collect();
    if target == Target::Simulator {
        trials.extend(signals::trials());
        trials.extend(terminal::trials());
        trials.extend(read_only::trials());
        trials.extend(import::trials());
    }
    trials.extend(import::thousand(target));
    trials
}

fn trial(target: Option<Target>, row: Row) -> Trial {
    let start = target.map(|target| format!("{}::", target.name()));
    let name = format!("{}cli::{}", start.unwrap_or_default(), row.code);
    Trial::test(name, move || block_on(row.check(target)))
}

/// In real time: the program does not know of any other.
fn block_on(trial: impl Future<Output = Result<(), Failed>>) -> Result<(), Failed> {
    Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(trial)
}
