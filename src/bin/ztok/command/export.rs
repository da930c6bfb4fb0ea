//! `ztok export`: tokens out, into the forms of Zoho's own stores.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde_json::json;
use tempfile::NamedTempFile;
use zoho_token_store::{OAuthToken, Verb};

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::format::{json as json_format, sqlite, zoho_file};

/// Export all tokens into a file that Zoho's SDKs, or `ztok import`, read
///
/// The file holds every credential in plain text. Only its owner can read it, and it appears whole or
/// not at all.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ztok export --to zoho-file sdk_tokens.txt
  ztok export --to zoho-sqlite zohooauth.db --number
  ztok export --to json tokens.json --force")]
pub struct Export {
    /// What the tokens are written as
    #[arg(long, value_enum)]
    to: To,

    /// The file
    target: PathBuf,

    /// Replace the file if there is one
    #[arg(long)]
    force: bool,

    /// Give tokens whose id is no number the next free number: Zoho's stores count on
    #[arg(long)]
    number: bool,

    /// Say what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// Where tokens go.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
enum To {
    /// The file of Zoho's FileStore, for Python, Java, Node and TypeScript
    ZohoFile,
    /// A SQLite database with the table of Zoho's DBStore
    ZohoSqlite,
    /// An array of tokens with the ten column names
    Json,
}

impl Export {
    pub async fn run(self, context: &Context) -> Result<Exit, Failure> {
        // Said before anything is read; the file is not replaced if it comes to be meanwhile.
        if !self.force && self.target.symlink_metadata().is_ok() {
            return Err(self.exists());
        }
        let store = context.store().await?;
        let progress = context.console.progress("Reading tokens, requests", 0);
        let listing = progress.follow(&store, Verb::BatchGetSecretValue, store.get_tokens());
        let tokens = listing.await?;
        let mut tokens: Vec<OAuthToken> = tokens.iter().map(|token| (**token).clone()).collect();
        if self.number {
            number(&mut tokens);
        }
        self.warn(&tokens, context);
        let bytes = self.bytes(&tokens)?;
        if !self.dry_run {
            self.put(&bytes)?;
        }
        let (count, target) = (tokens.len(), self.target.display().to_string());
        let would = if self.dry_run { "would write" } else { "wrote" };
        context.console.answer(
            || format!("{would} {count} tokens to {target}\n"),
            || json!({"exported": count, "target": target, "dry_run": self.dry_run}),
        )?;
        Ok(Exit::Done)
    }

    fn bytes(&self, tokens: &[OAuthToken]) -> Result<Vec<u8>, Failure> {
        let fault = |error: &(dyn std::error::Error + 'static)| {
            Failure::new(Exit::Failed, "the tokens cannot be written in this form").because(error)
        };
        match self.to {
            To::ZohoFile => zoho_file::write(tokens).map_err(|error| fault(&error)),
            To::ZohoSqlite => sqlite::write(tokens).map_err(|error| fault(&error)),
            To::Json => Ok(json_format::write(tokens)),
        }
    }

    /// What Zoho's SDKs will not take well.
    fn warn(&self, tokens: &[OAuthToken], context: &Context) {
        if self.to == To::Json {
            return;
        }
        let unnumbered = tokens
            .iter()
            .filter(|token| id_number(token).is_none())
            .count();
        if unnumbered > 0 {
            context.console.note(format!(
                "{unnumbered} ids are no numbers: Zoho's stores read them, but can then give no new \
                 ids; --number changes them"
            ));
        }
        let quoted = tokens
            .iter()
            .filter(|token| zoho_file::needs_quotes(token))
            .count();
        if quoted > 0 && self.to == To::ZohoFile {
            context.console.note(format!(
                "{quoted} tokens need quotes: Zoho's Node and TypeScript SDKs will misread them"
            ));
        }
    }

    /// Writes the file: readable by its owner only from the beginning, and under its name once whole.
    fn put(&self, bytes: &[u8]) -> Result<(), Failure> {
        let fault = |error| Failure::io(format!("cannot write {}", self.target.display()), error);
        let folder = match self.target.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        // Made with mode 0600, and removed again if anything fails.
        let mut file = NamedTempFile::new_in(folder).map_err(fault)?;
        file.write_all(bytes).map_err(fault)?;
        file.as_file().sync_all().map_err(fault)?;
        let kept = match self.force {
            true => file.persist(&self.target),
            false => file.persist_noclobber(&self.target),
        };
        match kept {
            Ok(_) => File::open(folder)
                .and_then(|folder| folder.sync_all())
                .map_err(fault),
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Err(self.exists()),
            Err(error) => Err(fault(error.error)),
        }
    }

    fn exists(&self) -> Failure {
        let message = format!("{} exists", self.target.display());
        Failure::new(Exit::Failed, message).hint("--force replaces it")
    }
}

/// An id as Zoho's stores count them.
fn id_number(token: &OAuthToken) -> Option<u64> {
    token.id()?.as_str().parse().ok()
}

/// Gives ids that are no numbers the next free ones.
fn number(tokens: &mut [OAuthToken]) {
    let taken: HashSet<u64> = tokens.iter().filter_map(id_number).collect();
    let mut free = (1..).filter(|number: &u64| !taken.contains(number));
    for token in tokens {
        if id_number(token).is_none()
            && let Some(number) = free.next()
        {
            *token = token.clone().with_id(number.to_string());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_are_no_numbers_get_free_ones() {
        let mut tokens = ["2", "ab12", "python_x", "1"].map(|id| OAuthToken::new().with_id(id));
        number(&mut tokens);
        let ids = tokens
            .each_ref()
            .map(|token| token.id().map(|id| id.as_str()));
        assert_eq!(ids, [Some("2"), Some("3"), Some("4"), Some("1")]);
    }
}
