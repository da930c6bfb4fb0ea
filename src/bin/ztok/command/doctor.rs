//! `ztok doctor`: what crashes, hand edits and other programs left behind.

use clap::Args;
use serde_json::{Value, json};
use zoho_token_store::{Diagnosis, Error, Finding, FindingKind, Remedy, Repair, Verb};

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::words::{printable, tokens};

/// Tell what is wrong with what is stored, and repair it
///
/// Without --fix nothing is written. Repair changes index pages and tags alone: it deletes no secret
/// and changes no token. Exit codes: 0 if nothing is wrong, or all of it was repaired; 7 if a secret
/// is corrupt; else 1.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ztok doctor
  ztok doctor --fix
  ztok doctor --output json | jq '.findings[] | select(.remedy == \"by_hand\")'")]
pub struct Doctor {
    /// Repair what can be repaired
    #[arg(long)]
    fix: bool,

    /// Say what would be repaired, and write nothing, even with --fix
    #[arg(long)]
    dry_run: bool,
}

/// A finding and what became of it.
struct Case<'a> {
    finding: &'a Finding,
    state: State<'a>,
}

enum State<'a> {
    Repaired,
    Failed(&'a Error),
    /// Nothing was tried.
    Open,
}

impl Doctor {
    pub async fn run(self, context: &Context) -> Result<Exit, Failure> {
        let store = context.store().await?;
        let progress = context.console.progress("Examining, requests", 0);
        let diagnosis = progress
            .follow(&store, Verb::BatchGetSecretValue, store.diagnose())
            .await?;
        let repair = if self.fix && !self.dry_run && !diagnosis.is_healthy() {
            let progress = context.console.progress("Repairing, writes", 0);
            let work = store.repair(&diagnosis);
            Some(progress.follow(&store, Verb::PutSecretValue, work).await?)
        } else {
            None
        };
        let cases = cases(&diagnosis, repair.as_ref());
        context.console.answer(
            || cases.iter().map(Case::line).collect(),
            || json(&diagnosis, &cases),
        )?;
        let summary = summary(&diagnosis, &cases);
        match exit(&cases) {
            Exit::Done => {
                context.console.note(summary);
                Ok(Exit::Done)
            }
            exit => Err(self.failure(exit, summary, &cases)),
        }
    }

    fn failure(&self, exit: Exit, summary: String, cases: &[Case<'_>]) -> Failure {
        let failure = Failure::new(exit, summary);
        let repairable = |case: &Case<'_>| case.finding.remedy() == Remedy::Repair;
        if cases.iter().any(repairable) && (!self.fix || self.dry_run) {
            failure.hint("--fix repairs what can be repaired; it deletes nothing")
        } else {
            failure
        }
    }
}

/// The findings as they are after the repair, if there was one.
fn cases<'a>(diagnosis: &'a Diagnosis, repair: Option<&'a Repair>) -> Vec<Case<'a>> {
    let open = |finding| Case {
        finding,
        state: State::Open,
    };
    let Some(repair) = repair else {
        return diagnosis.findings().iter().map(open).collect();
    };
    let done = repair.done.iter().map(|finding| Case {
        finding,
        state: State::Repaired,
    });
    let left = repair.left.iter().map(|(finding, error)| Case {
        finding,
        state: State::Failed(error),
    });
    let untouched = diagnosis.findings().iter();
    let untouched = untouched.filter(|finding| finding.remedy() != Remedy::Repair);
    done.chain(left).chain(untouched.map(open)).collect()
}

impl Case<'_> {
    fn is_open(&self) -> bool {
        !matches!(self.state, State::Repaired)
    }

    fn outlook(&self) -> String {
        match (&self.state, self.finding.remedy()) {
            (State::Repaired, _) => "repaired".to_owned(),
            (State::Failed(error), _) => format!("not repaired: {error}"),
            (State::Open, Remedy::Repair) => "--fix repairs it".to_owned(),
            (State::Open, Remedy::Later) => "look again later".to_owned(),
            (State::Open, _) => "to be decided by hand".to_owned(),
        }
    }

    fn line(&self) -> String {
        let finding = printable(&self.finding.to_string());
        format!("{finding} ({})\n", self.outlook())
    }

    fn json(&self) -> Value {
        let ids = self.finding.ids().iter().map(ToString::to_string);
        let error = match &self.state {
            State::Failed(error) => Some(error.to_string()),
            _ => None,
        };
        json!({
            "kind": snake(&format!("{:?}", self.finding.kind())),
            "secret": self.finding.secret(),
            "ids": ids.collect::<Vec<_>>(),
            "finding": self.finding.to_string(),
            "remedy": snake(&format!("{:?}", self.finding.remedy())),
            "repaired": !self.is_open(),
            "error": error,
        })
    }
}

fn json(diagnosis: &Diagnosis, cases: &[Case<'_>]) -> Value {
    let pages = diagnosis.pages().iter().map(|page| {
        json!({
            "secret": page.secret,
            "entries": page.entries,
            "writes": page.writes,
            "writes_left": page.writes_left,
        })
    });
    let pending = diagnosis.pending_deletion().iter().map(ToString::to_string);
    json!({
        "healthy": !cases.iter().any(Case::is_open),
        "tokens": diagnosis.tokens(),
        "findings": cases.iter().map(Case::json).collect::<Vec<_>>(),
        "pages": pages.collect::<Vec<_>>(),
        "pending_deletion": pending.collect::<Vec<_>>(),
    })
}

fn summary(diagnosis: &Diagnosis, cases: &[Case<'_>]) -> String {
    let count = tokens(diagnosis.tokens() as u64);
    let open = cases.iter().filter(|case| case.is_open()).count();
    match (open, cases.len() - open) {
        (0, 0) => format!("{count}; nothing is wrong"),
        (0, repaired) => format!("{count}; {repaired} repaired, nothing is wrong now"),
        (1, 0) => format!("{count}; 1 fault"),
        (open, 0) => format!("{count}; {open} faults"),
        (open, repaired) => format!("{count}; {repaired} repaired, {open} left"),
    }
}

fn exit(cases: &[Case<'_>]) -> Exit {
    let mut kinds = cases
        .iter()
        .filter(|case| case.is_open())
        .map(|case| case.finding.kind());
    match kinds.next() {
        None => Exit::Done,
        Some(first) if is_corrupt(first) || kinds.any(is_corrupt) => Exit::Corrupt,
        Some(_) => Exit::Failed,
    }
}

fn is_corrupt(kind: FindingKind) -> bool {
    matches!(kind, FindingKind::BrokenPage | FindingKind::CorruptRecord)
}

/// `CorruptRecord` as `corrupt_record`.
fn snake(name: &str) -> String {
    let mut text = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !text.is_empty() {
            text.push('_');
        }
        text.push(c.to_ascii_lowercase());
    }
    text
}
