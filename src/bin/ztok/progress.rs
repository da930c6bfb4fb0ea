//! How far long work is: a bar on a terminal, plain lines elsewhere, nothing with --quiet.

use std::fmt::Write;
use std::io::{IsTerminal, stderr};
use std::time::Duration;

use indicatif::{
    HumanDuration, ProgressBar, ProgressDrawTarget, ProgressFinish, ProgressState, ProgressStyle,
};
use zoho_token_store::{SecretsManagerTokenStore, Verb};

use crate::output::{Notes, complain};

/// Plain lines appear at each such part of the work.
const PARTS: u64 = 10;
/// How often a bar that follows the store's counters looks at them.
const LOOK: Duration = Duration::from_millis(100);

const BAR: &str = "{msg} [{bar:32}] {pos}/{len}  {rate}  {eta} left";
const SPINNER: &str = "{spinner} {msg} {pos}  {rate}  {elapsed}";

/// Progress of one piece of work. Cloning gives another handle on it.
#[derive(Clone, Debug)]
pub struct Progress {
    bar: ProgressBar,
    doing: &'static str,
    way: Way,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Way {
    Bar,
    Lines,
    Nothing,
}

impl Progress {
    /// Work of `total` steps; 0 if nobody knows.
    pub fn new(notes: Notes, doing: &'static str, total: u64) -> Self {
        let way = match notes {
            Notes::Hidden => Way::Nothing,
            Notes::Shown if stderr().is_terminal() => Way::Bar,
            Notes::Shown => Way::Lines,
        };
        let target = match way {
            Way::Bar => ProgressDrawTarget::stderr(),
            Way::Lines | Way::Nothing => ProgressDrawTarget::hidden(),
        };
        let bar = match total {
            0 => ProgressBar::new_spinner(),
            total => ProgressBar::new(total),
        };
        let template = if total == 0 { SPINNER } else { BAR };
        if let Ok(style) = ProgressStyle::with_template(template) {
            let rate = |state: &ProgressState, out: &mut dyn Write| {
                // Fails only if the bar's own buffer does.
                let _ = write!(out, "{:.1}/s", state.per_sec());
            };
            bar.set_style(style.with_key("rate", rate).progress_chars("=> "));
        }
        bar.set_draw_target(target);
        bar.set_message(doing);
        Self {
            bar: bar.with_finish(ProgressFinish::AndClear),
            doing,
            way,
        }
    }

    /// One more step is done.
    pub fn step(&self) {
        self.reach(self.bar.position() + 1);
    }

    /// So many steps are done in all.
    pub fn reach(&self, position: u64) {
        let (earlier, total) = (self.bar.position(), self.bar.length());
        let position = position.min(total.unwrap_or(u64::MAX));
        self.bar.set_position(position);
        let line = self.line(earlier, position, total.unwrap_or_default());
        if let Some(line) = line.filter(|_| self.way == Way::Lines) {
            complain(&line);
        }
    }

    fn line(&self, earlier: u64, position: u64, total: u64) -> Option<String> {
        if !is_due(earlier, position, total) {
            return None;
        }
        let (doing, rate) = (self.doing, self.bar.per_sec());
        Some(match position < total {
            true => {
                let left = HumanDuration(self.bar.eta());
                format!("{doing}: {position} of {total}, {rate:.1}/s, {left} left")
            }
            false => format!("{doing}: {position} of {total}"),
        })
    }

    /// Writes a line above the bar.
    pub fn say(&self, line: &str) {
        match self.way {
            Way::Bar => self.bar.suspend(|| complain(line)),
            Way::Lines => complain(line),
            Way::Nothing => {}
        }
    }

    /// Takes the bar away.
    pub fn finish(self) {
        self.bar.finish_and_clear();
    }

    /// Runs `work`, and shows how many requests with `verb` the store has made meanwhile.
    pub async fn follow<T>(
        self,
        store: &SecretsManagerTokenStore,
        verb: Verb,
        work: impl Future<Output = T>,
    ) -> T {
        let before = store.stats().calls(verb);
        let mut ticks = tokio::time::interval(LOOK);
        let mut work = std::pin::pin!(work);
        loop {
            tokio::select! {
                outcome = &mut work => {
                    self.reach(store.stats().calls(verb) - before);
                    self.finish();
                    return outcome;
                }
                _ = ticks.tick() => self.reach(store.stats().calls(verb) - before),
            }
        }
    }
}

/// Whether a plain line is due between two positions: once for each tenth of the work.
fn is_due(earlier: u64, position: u64, total: u64) -> bool {
    let parts = |position: u64| position * PARTS / total;
    total > 0 && position > earlier && parts(position) > parts(earlier)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_lines_come_ten_times() {
        for (total, lines) in [(0, 0), (1, 1), (3, 3), (10, 10), (1_000, 10), (1_003, 10)] {
            let due = (1..=total).filter(|n| is_due(n - 1, *n, total)).count();
            assert_eq!(due, lines, "{total}");
        }
        assert!(!is_due(10, 10, 10), "nothing is new");
    }
}
