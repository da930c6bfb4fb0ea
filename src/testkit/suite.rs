//! Which cases there are, and how they are put to a harness.

use tokio::runtime::Builder;

use super::case::Case;
use super::harness::Harness;
use super::report::{Failure, Summary, Verdict};
use super::{runner, tables};

/// Every case, table by table.
pub fn cases() -> Vec<Case> {
    let of_group = |(group, cases): (&'static str, Vec<Case>)| {
        cases.into_iter().map(move |case| case.in_group(group))
    };
    tables::all().into_iter().flat_map(of_group).collect()
}

/// Puts one case to a harness that no case was put to before.
///
/// It has to run inside a tokio runtime with time enabled. The case fails if a step takes
/// 120 seconds of that runtime's clock.
pub async fn run(case: &Case, harness: &dyn Harness) -> Verdict {
    let missing = case.needs().missing_from(&harness.capabilities());
    if !missing.is_empty() {
        return Verdict::DoesNotApply(missing);
    }
    match runner::run(case, harness).await {
        Ok(()) => Verdict::Passed,
        Err(report) => Verdict::Failed(Failure::new(case, report)),
    }
}

/// Puts cases to harnesses, a fresh one for each case. See [`run`].
pub async fn run_all<H: Harness>(
    cases: impl IntoIterator<Item = Case, IntoIter: Send>,
    fresh: impl Fn() -> H + Send,
) -> Summary {
    let mut summary = Summary::default();
    for case in cases {
        let harness = fresh();
        let verdict = run(&case, &harness).await;
        summary.add(&case, verdict);
    }
    summary
}

/// Runs one group of cases to the end, in a runtime of its own with two threads: what the tests of
/// [`token_store_tests!`](crate::token_store_tests) do.
///
/// # Errors
/// The summary, if a case failed, there is no such group, or no runtime can be had.
pub fn test_group<H: Harness>(
    group: &str,
    fresh: impl Fn() -> H + Send,
) -> Result<Summary, Summary> {
    let mut cases = cases();
    cases.retain(|case| case.group() == group);
    if cases.is_empty() {
        return Err(Summary::of_suite(format!("  there is no group {group}")));
    }
    let runtime = Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    match runtime {
        Ok(runtime) => runtime.block_on(run_all(cases, fresh)).into_result(),
        Err(error) => Err(Summary::of_suite(format!("  no runtime: {error}"))),
    }
}
