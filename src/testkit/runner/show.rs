//! Tokens, calls and outcomes in words, for reports. Credentials are shown: the tests' are invented.

use std::fmt::Write;

use super::Got;
use crate::testkit::case::{Op, Want};
use crate::testkit::harness::Handle;
use crate::{Error, OAuthToken, SaveOutcome, Saved, Secret};

/// The longest text of a field that is shown whole.
const SHOWN: usize = 60;

/// A token's fields that are set, in one line.
pub(super) fn show(token: &OAuthToken) -> String {
    let secret = |secret: Option<&Secret>| secret.map(|secret| secret.expose().to_owned());
    let text = |text: Option<&str>| text.map(str::to_owned);
    let mut line = String::from("{");
    for (name, value) in [
        ("id", token.id().map(ToString::to_string)),
        ("user", text(token.user_name())),
        ("client", text(token.client_id())),
        ("csec", secret(token.client_secret())),
        ("rt", secret(token.refresh_token())),
        ("at", secret(token.access_token())),
        ("gt", secret(token.grant_token())),
        ("exp", token.expires_at().map(|at| at.to_string())),
        ("redirect", text(token.redirect_url())),
        ("domain", text(token.api_domain())),
    ] {
        let Some(value) = value else { continue };
        let cut: String = value.chars().take(SHOWN).collect();
        let more = value.len() - cut.len();
        let gap = if line.len() > 1 { " " } else { "" };
        // Writing to a string does not fail.
        let _ = write!(line, "{gap}{name}={cut:?}");
        if more > 0 {
            let _ = write!(line, "+{more} bytes");
        }
    }
    line + "}"
}

/// Several tokens, one to a line.
pub(super) fn show_all<'a>(tokens: impl IntoIterator<Item = &'a OAuthToken>) -> String {
    let lines: Vec<String> = tokens.into_iter().map(show).collect();
    match lines.len() {
        0 => "no records".into(),
        n => format!("{n} records:\n            {}", lines.join("\n            ")),
    }
}

pub(super) fn found(token: Option<&OAuthToken>) -> String {
    token.map_or("nothing".into(), show)
}

pub(super) fn saved(result: &Result<Saved, Error>) -> String {
    match result {
        Ok(saved) => format!("{} {}", outcome(saved.outcome), show(&saved.token)),
        Err(error) => format!("error: {error:?}"),
    }
}

/// Who saves what at the same time, a line for each.
pub(super) fn callers(callers: &[(Handle, Vec<OAuthToken>)]) -> String {
    let line = |(handle, tokens): &(Handle, Vec<OAuthToken>)| {
        let saves: Vec<String> = tokens.iter().map(|t| op(&Op::Save(t.clone()))).collect();
        format!(
            "\n            {}, through {handle:?}",
            saves.join(", then ")
        )
    };
    callers.iter().map(line).collect()
}

/// What was done, what had to come of it, and what came.
pub(super) fn report(at: &str, wanted: &Want, got: &str) -> String {
    let wanted = want(wanted);
    format!("{at}\n  expected: {wanted}\n  got:      {got}")
}

/// The method of the trait that a call is.
pub(super) fn method(op: &Op) -> &'static str {
    match op {
        Op::Find(_) => "find_token",
        Op::FindById(_) => "find_token_by_id",
        Op::Save(_) => "save_token",
        Op::Delete(_) => "delete_token",
        Op::DeleteAll => "delete_tokens",
        Op::List => "get_tokens",
    }
}

pub(super) fn op(op: &Op) -> String {
    let arguments = match op {
        Op::Find(token) | Op::Save(token) => show(token),
        Op::FindById(id) | Op::Delete(id) => format!("{:?}", id.as_str()),
        Op::DeleteAll | Op::List => String::new(),
    };
    format!("{}({arguments})", method(op))
}

pub(super) fn want(want: &Want) -> String {
    match want {
        Want::Fails(kind, "") => format!("the error {kind:?}"),
        Want::Fails(kind, part) => format!("the error {kind:?}, naming {part:?}"),
        Want::Nothing => found(None),
        Want::Token(token) => show(token),
        Want::Created(token) => format!("{} {}", outcome(SaveOutcome::Created), show(token)),
        Want::Updated(token) => format!("{} {}", outcome(SaveOutcome::Updated), show(token)),
        Want::Unchanged(token) => format!("{} {}", outcome(SaveOutcome::Unchanged), show(token)),
        Want::Removed(true) => "one removed".into(),
        Want::Removed(false) => "none removed".into(),
        Want::RemovedAll(count) => format!("{count} removed"),
        Want::Tokens(tokens) => show_all(tokens),
    }
}

pub(super) fn got(got: &Result<Got, Error>) -> String {
    match got {
        Err(error) => format!("error {:?}: {error:?}", error.kind()),
        Ok(Got::Found(token)) => found(token.as_deref()),
        Ok(Got::Saved(saved)) => format!("{} {}", outcome(saved.outcome), show(&saved.token)),
        Ok(Got::Removed(removed)) => want(&Want::Removed(*removed)),
        Ok(Got::RemovedAll(count)) => want(&Want::RemovedAll(*count)),
        Ok(Got::Tokens(tokens)) => show_all(tokens.iter().map(|token| &**token)),
    }
}

fn outcome(outcome: SaveOutcome) -> &'static str {
    match outcome {
        SaveOutcome::Created => "created",
        SaveOutcome::Unchanged => "unchanged",
        SaveOutcome::Updated => "updated",
    }
}
