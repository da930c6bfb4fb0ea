//! The table that the quick start prints: a row for each step, checked as it goes.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use zoho_token_store::{Error, OAuthToken, Saved, SecretsManagerTokenStore};

/// How many API calls a step may cost.
#[derive(Clone, Copy, Debug)]
pub enum Calls {
    Exactly(u64),
    AtMost(u64),
}

/// Prints a row after each step.
#[derive(Debug)]
pub struct Table {
    broken: Vec<&'static str>,
}

impl Table {
    pub fn new() -> Self {
        print_row(&["step", "what came out", "API calls", "promised", "time"]);
        let rule = "-".repeat(WIDTHS[0].max(WIDTHS[1]));
        let rules = WIDTHS.map(|width| &rule[..width]);
        print_row(&rules);
        Self { broken: Vec::new() }
    }

    /// Makes a step through `store`, and prints what came out and what it cost.
    pub async fn step<T: Told>(
        &mut self,
        name: &'static str,
        promised: Calls,
        store: &SecretsManagerTokenStore,
        step: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let (before, start) = (store.stats(), Instant::now());
        let outcome = step.await?;
        let time = start.elapsed();
        let calls = store.stats().since(&before).total_calls();
        print_row(&[
            name,
            &outcome.told(),
            &calls.to_string(),
            &promised.to_string(),
            &in_words(time),
        ]);
        if !promised.is_kept(calls) {
            self.broken.push(name);
        }
        Ok(outcome)
    }

    /// Fails if a step cost more, or less, than promised.
    pub fn finish(self) -> Result<(), String> {
        match self.broken.as_slice() {
            [] => Ok(()),
            broken => Err(format!("promises not kept: {}", broken.join("; "))),
        }
    }
}

impl Calls {
    fn is_kept(self, calls: u64) -> bool {
        match self {
            Self::Exactly(promised) => calls == promised,
            Self::AtMost(promised) => calls <= promised,
        }
    }
}

impl fmt::Display for Calls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exactly(calls) => write!(f, "{calls}"),
            Self::AtMost(calls) => write!(f, "≤ {calls}"),
        }
    }
}

/// An outcome in a few words. A token's `Debug` would do as well, as it hides credentials.
pub trait Told {
    fn told(&self) -> String;
}

impl Told for Saved {
    fn told(&self) -> String {
        let has_refresh_token = self.token.refresh_token().is_some();
        let with = if has_refresh_token { "with" } else { "without" };
        format!("{:?}, {with} a refresh token", self.outcome)
    }
}

impl Told for Option<Arc<OAuthToken>> {
    fn told(&self) -> String {
        match self {
            Some(token) => format!("the token of {}", token.user_name().unwrap_or("nobody")),
            None => "no token".to_owned(),
        }
    }
}

impl Told for Vec<Arc<OAuthToken>> {
    fn told(&self) -> String {
        format!("{} tokens, read afresh", self.len())
    }
}

impl Told for usize {
    fn told(&self) -> String {
        format!("{self} tokens")
    }
}

impl Told for bool {
    fn told(&self) -> String {
        let told = if *self { "removed" } else { "nothing there" };
        told.to_owned()
    }
}

fn print_row(cells: &[&str; 5]) {
    let [step, outcome, calls, promised, time] = cells;
    let [a, b, c, d, e] = WIDTHS;
    println!("{step:<a$}  {outcome:<b$}  {calls:>c$}  {promised:>d$}  {time:>e$}");
}

fn in_words(time: Duration) -> String {
    match time.as_micros() {
        micros @ ..1_000 => format!("{micros} µs"),
        micros => format!("{}.{} ms", micros / 1_000, micros % 1_000 / 100),
    }
}

const WIDTHS: [usize; 5] = [32, 30, 9, 8, 9];
