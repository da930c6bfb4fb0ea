//! The doctor: what is broken by hand is found, repaired, and then no longer found; and a repair loses
//! nothing, whatever goes wrong.

#[cfg(feature = "simulator")]
mod clinic;
mod damage;
#[cfg(feature = "simulator")]
mod disturbed;
#[cfg(feature = "simulator")]
mod late;
#[cfg(feature = "simulator")]
mod refused;
mod row;
mod rows;
#[cfg(feature = "simulator")]
mod vandal;

use libtest_mimic::Trial;

use crate::target::Target;

pub use rows::rows;
#[cfg(feature = "simulator")]
pub use {clinic::Clinic, damage::Damage, row::findings};

/// Trials that need the simulator's faults and lag.
pub fn trials() -> Vec<Trial> {
    #[cfg(feature = "simulator")]
    return disturbed::trials()
        .into_iter()
        .chain(late::trials())
        .chain(refused::trials())
        .chain(vandal::trials())
        .collect();
    #[cfg(not(feature = "simulator"))]
    Vec::new()
}

/// The table, on a target with a service behind it.
pub fn trials_on(target: Target) -> Vec<Trial> {
    let rows = rows().into_iter();
    let rows = rows.filter(|row| target.has_namespaces() && row.suits(target));
    let trial = |row: row::Row| {
        let name = format!("{}::doctor::{}", target.name(), row.code);
        Trial::test(name, move || target.block_on(row.check(target)))
    };
    rows.map(trial).collect()
}
