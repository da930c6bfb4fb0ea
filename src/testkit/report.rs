//! What came of cases, as values that print as reports.

use std::error::Error as StdError;
use std::fmt;

use super::case::Case;
use super::harness::Capabilities;

/// What came of one case.
#[derive(Clone, Debug)]
#[must_use]
#[non_exhaustive]
pub enum Verdict {
    /// The store kept the contract.
    Passed,
    /// Nothing was tried: the harness lacks these capabilities.
    DoesNotApply(Capabilities),
    /// The store broke the contract, or the harness did not work.
    Failed(Failure),
}

/// How a store broke the contract: the case, the step, what had to come of it, and what came.
///
/// `Display` and `Debug` are the same report in several lines. It shows credentials, which are the
/// suite's own inventions.
#[derive(Clone)]
pub struct Failure {
    case: String,
    about: String,
    report: String,
}

impl Failure {
    pub(super) fn new(case: &Case, report: String) -> Self {
        Self {
            case: case.name(),
            about: case.about().to_owned(),
            report,
        }
    }

    /// A failure before any case.
    pub(super) fn of_suite(report: String) -> Self {
        Self {
            case: "testkit".into(),
            about: "the cases could not be run".into(),
            report,
        }
    }

    /// The name of the case.
    pub fn case(&self) -> &str {
        &self.case
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}\n{}", self.case, self.about, self.report)
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl StdError for Failure {}

/// What came of several cases.
///
/// `Display` and `Debug` are the same report: the counts, which cases do not apply and why, and every
/// failure.
#[derive(Clone, Default)]
#[must_use]
pub struct Summary {
    passed: usize,
    inapplicable: Vec<(String, Capabilities)>,
    failures: Vec<Failure>,
}

impl Summary {
    pub(super) fn add(&mut self, case: &Case, verdict: Verdict) {
        match verdict {
            Verdict::Passed => self.passed += 1,
            Verdict::DoesNotApply(missing) => self.inapplicable.push((case.name(), missing)),
            Verdict::Failed(failure) => self.failures.push(failure),
        }
    }

    pub(super) fn of_suite(report: String) -> Self {
        Self {
            failures: vec![Failure::of_suite(report)],
            ..Self::default()
        }
    }

    /// How many cases passed.
    pub fn passed(&self) -> usize {
        self.passed
    }

    /// The cases that do not apply, each with what the harness lacks.
    pub fn inapplicable(&self) -> &[(String, Capabilities)] {
        &self.inapplicable
    }

    /// The cases that failed.
    pub fn failures(&self) -> &[Failure] {
        &self.failures
    }

    /// Itself, as an error if a case failed.
    ///
    /// # Errors
    /// The summary, with at least one failure.
    pub fn into_result(self) -> Result<Self, Self> {
        if self.failures.is_empty() {
            Ok(self)
        } else {
            Err(self)
        }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (failed, inapplicable) = (self.failures.len(), self.inapplicable.len());
        let passed = self.passed;
        write!(
            f,
            "{passed} passed, {failed} failed, {inapplicable} do not apply"
        )?;
        for (case, missing) in &self.inapplicable {
            write!(f, "\n  {case} does not apply: it needs {missing}")?;
        }
        for failure in &self.failures {
            write!(f, "\n\n{failure}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl StdError for Summary {}
