//! The table that the quick start prints: a row for each step, checked as it goes.

use std::error::Error;
use std::fmt;
use std::io::{self, Write};
use std::sync::Arc;
use std::time::{Duration, Instant};

use zoho_token_store::{OAuthToken, Saved, SecretsManagerTokenStore};

/// How many API calls a step may cost.
#[derive(Clone, Copy, Debug)]
pub enum Calls {
    Exactly(u64),
    AtMost(u64),
}

/// What a step did and what it cost.
#[derive(Clone, Debug)]
pub struct Row {
    pub step: &'static str,
    pub outcome: String,
    pub calls: u64,
    pub promised: Calls,
    pub time: Duration,
}

/// Prints a row after each step.
pub struct Table<'a> {
    out: &'a mut dyn Write,
    rows: Vec<Row>,
}

impl<'a> Table<'a> {
    pub fn new(out: &'a mut dyn Write) -> io::Result<Self> {
        write_row(
            out,
            &["step", "what came out", "API calls", "promised", "time"],
        )?;
        let rule = "-".repeat(WIDTHS[0].max(WIDTHS[1]));
        write_row(out, &WIDTHS.map(|width| &rule[..width]))?;
        let rows = Vec::new();
        Ok(Self { out, rows })
    }

    /// Makes a step through `store`, and prints what came out and what it cost.
    pub async fn step<T: Told>(
        &mut self,
        name: &'static str,
        promised: Calls,
        store: &SecretsManagerTokenStore,
        step: impl Future<Output = Result<T, zoho_token_store::Error>>,
    ) -> Result<T, Box<dyn Error + Send + Sync>> {
        let (before, start) = (store.stats(), Instant::now());
        let outcome = step.await?;
        let row = Row {
            step: name,
            outcome: outcome.told(),
            calls: store.stats().since(&before).total_calls(),
            promised,
            time: start.elapsed(),
        };
        let calls = row.calls.to_string();
        let (promised, time) = (row.promised.to_string(), in_words(row.time));
        write_row(self.out, &[name, &row.outcome, &calls, &promised, &time])?;
        self.rows.push(row);
        Ok(outcome)
    }

    /// The rows. Fails if a step cost more, or less, than promised.
    pub fn finish(self) -> Result<Vec<Row>, Box<dyn Error + Send + Sync>> {
        let is_broken = |row: &&Row| !row.promised.is_kept(row.calls);
        let broken: Vec<&str> = self
            .rows
            .iter()
            .filter(is_broken)
            .map(|row| row.step)
            .collect();
        match broken.is_empty() {
            true => Ok(self.rows),
            false => Err(format!("promises not kept: {}", broken.join("; ")).into()),
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

fn write_row(out: &mut dyn Write, cells: &[&str; 5]) -> io::Result<()> {
    let [step, outcome, calls, promised, time] = cells;
    let [a, b, c, d, e] = WIDTHS;
    writeln!(
        out,
        "{step:<a$}  {outcome:<b$}  {calls:>c$}  {promised:>d$}  {time:>e$}"
    )
}

fn in_words(time: Duration) -> String {
    match time.as_micros() {
        micros @ ..1_000 => format!("{micros} µs"),
        micros => format!("{}.{} ms", micros / 1_000, micros % 1_000 / 100),
    }
}

const WIDTHS: [usize; 5] = [32, 30, 9, 8, 9];
