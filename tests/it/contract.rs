//! The contract: the cases of the crate's conformance suite, on every target.

use libtest_mimic::{Failed, Trial};
use zoho_token_store::testkit::{self, Case, Harness, Verdict};

use crate::target::{Options, Target};

pub use zoho_token_store::testkit::words;

/// A trial for every case. Those that do not apply to this target are ignored; made to run, they say
/// what they need.
pub fn trials(target: Target) -> Vec<Trial> {
    let capabilities = target.capabilities();
    let trial = |case: Case| {
        let applies = case.needs().missing_from(&capabilities).is_empty();
        let name = format!("{}::{}", target.name(), case.name());
        let trial = move || target.block_on(run(&case, target));
        Trial::test(name, trial).with_ignored_flag(!applies)
    };
    testkit::cases().into_iter().map(trial).collect()
}

/// Runs the case on a fresh stage.
pub async fn run(case: &Case, target: Target) -> Result<(), Failed> {
    let client_id = case.client_id();
    let stage = target.stage(Options { client_id })?;
    passes(case, &stage).await
}

/// Whether the case applies and passes.
async fn passes(case: &Case, harness: &dyn Harness) -> Result<(), Failed> {
    match testkit::run(case, harness).await {
        Verdict::Passed => Ok(()),
        Verdict::DoesNotApply(missing) => Err(format!("it needs {missing}").into()),
        Verdict::Failed(failure) => Err(failure.into()),
        verdict => Err(format!("an unknown verdict: {verdict:?}").into()),
    }
}
