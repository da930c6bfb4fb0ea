//! The integration tests, one binary: `cargo test --all-features --test it [part of a trial's name]`.
//!
//! Trials are named `target::group::case`. What they need beside this repository, and how to get it,
//! stands in `target.rs`.

mod bad_input;
mod bless;
mod by_hand;
#[cfg(feature = "simulator")]
mod calls;
mod canary;
#[cfg(feature = "cli")]
mod cli;
mod contract;
mod doctor;
mod harness;
#[cfg(feature = "cli")]
mod lambda;
mod ledger;
mod processes;
mod reliability;
#[cfg(feature = "simulator")]
mod roles;
mod service;
mod target;
mod tidy;
mod zoo;

use std::process::ExitCode;

use libtest_mimic::Arguments;
use target::Target;

fn main() -> ExitCode {
    if let Some(code) = processes::as_worker() {
        return code;
    }
    let arguments = Arguments::from_args();
    let mut trials = harness::trials();
    trials.extend(canary::trials());
    trials.extend(tidy::trials());
    trials.extend(service::trials());
    trials.extend(reliability::trials());
    trials.extend(zoo::trials());
    trials.extend(doctor::trials());
    #[cfg(feature = "simulator")]
    {
        trials.extend(calls::trials());
        trials.extend(roles::trials());
    }
    #[cfg(feature = "cli")]
    trials.extend(cli::trials());
    for target in Target::ALL {
        let mut on_target = contract::trials(target);
        on_target.extend(service::trials_on(target));
        on_target.extend(by_hand::trials(target));
        on_target.extend(bad_input::trials(target));
        on_target.extend(doctor::trials_on(target));
        on_target.extend(canary::trials_on(target));
        on_target.extend(processes::trials(target));
        #[cfg(feature = "cli")]
        {
            on_target.extend(cli::trials_on(target));
            on_target.extend(lambda::trials(target));
        }
        trials.extend(target.admit(on_target, &arguments));
    }
    let conclusion = libtest_mimic::run(&arguments, trials);
    if arguments.nocapture {
        zoo::print_table();
    }
    conclusion.exit_code()
}
