//! What must hold whatever goes wrong: faults and deaths at every request of every operation, and
//! random work of many processes. On the simulator only, in virtual time.

#[cfg(feature = "simulator")]
mod book;
#[cfg(feature = "simulator")]
pub mod fault;
#[cfg(feature = "simulator")]
mod lateness;
#[cfg(feature = "simulator")]
pub mod matrix;
#[cfg(feature = "simulator")]
mod record;
#[cfg(feature = "simulator")]
mod scenario;
#[cfg(feature = "simulator")]
mod simulation;
#[cfg(feature = "simulator")]
mod suspension;
#[cfg(feature = "simulator")]
mod workload;
#[cfg(feature = "simulator")]
mod world;

use libtest_mimic::Trial;

pub fn trials() -> Vec<Trial> {
    #[cfg(feature = "simulator")]
    return matrix::trials()
        .into_iter()
        .chain(suspension::trials())
        .chain(lateness::trials())
        .chain(simulation::trials())
        .collect();
    #[cfg(not(feature = "simulator"))]
    Vec::new()
}
