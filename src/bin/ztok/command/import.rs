//! `ztok import`: tokens in, from Zoho's own stores.

use std::num::NonZeroU32;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde_json::{Value, json};
use zeroize::Zeroizing;
use zoho_token_store::{SecretsManagerTokenStore, Stats, Verb};

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::format::generation::TableName;
use crate::format::{Contents, json as json_format, mysql, sqlite, zoho_file};
use crate::import::plan::{OnDuplicate, Plan, plan};
use crate::import::write::{Written, write};
use crate::input::Source;
use crate::output;

/// Lines of one kind that are shown at most.
const SHOWN: usize = 20;

/// Import the tokens of Zoho's own stores
///
/// Everything is read and compared first: duplicates and conflicts are shown before anything is
/// written. Ids are kept. A token that is stored already is not written again, nor one that is stored
/// in a newer state, so the command can be broken off and given again.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ztok import --from zoho-file sdk_tokens.txt --dry-run
  ztok import --from zoho-mysql mysql://root@localhost:3306/zohooauth --password-file pw
  ztok import --from zoho-sqlite zohooauth.db
  ztok list --output json --reveal --prefix old | ztok import --from json - --prefix new")]
pub struct Import {
    /// What the tokens are kept in
    #[arg(long, value_enum)]
    from: From,

    /// A file; `-` is standard input; for zoho-mysql a URL without password
    source: String,

    /// Say what would be done, and write nothing; reads all tokens
    #[arg(long)]
    dry_run: bool,

    /// What to do if two rows stand for one token, or a row for one that is stored otherwise
    #[arg(long, value_enum, default_value = "newest", value_name = "newest|fail")]
    on_duplicate: OnDuplicate,

    /// The most tokens written in a second; AWS takes 50 from all programs of an account and region
    #[arg(long, default_value = "40", value_name = "N")]
    writes_per_second: NonZeroU32,

    /// The table of a database
    #[arg(long, default_value = "oauthtoken", value_name = "NAME")]
    table: TableName,

    /// A file with the MySQL password, or an option file with a `[client]` section; `-` is standard
    /// input [default: the variable ZTOK_MYSQL_PASSWORD]
    #[arg(long, value_name = "FILE")]
    password_file: Option<Source>,
}

/// Where tokens come from.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
enum From {
    /// The file of Zoho's FileStore: Python, Java, Node or TypeScript, of any generation
    ZohoFile,
    /// The MySQL table of Zoho's DBStore
    ZohoMysql,
    /// A SQLite database with that table
    ZohoSqlite,
    /// An array of tokens, or one after the other, with the ten column names
    Json,
}

impl Import {
    pub async fn run(self, context: &Context) -> Result<Exit, Failure> {
        let stop = &context.stop;
        let contents = stop.or_dropped(self.read()).await?;
        understood(&contents)?;
        let store = context.store().await?;
        let what = "Reading what is stored, requests";
        let progress = context.console.progress(what, 0);
        let reading = async { Ok::<_, Failure>(store.get_tokens().await?) };
        let reading = progress.follow(&store, Verb::BatchGetSecretValue, reading);
        let stored = stop.or_dropped(reading).await?;
        let stored = stored.iter().map(|token| &**token);
        let plan = plan(&contents.rows, stored, self.on_duplicate);
        show(&plan.notes, |line| context.console.note(line));
        if !plan.conflicts.is_empty() {
            show(&plan.conflicts, output::complain);
            let count = plan.conflicts.len();
            let message = format!("{count} rows are in conflict; nothing was written");
            return Err(Failure::new(Exit::Conflict, message));
        }
        let written = match self.dry_run {
            true => Written::default(),
            false => self.write(&plan, &store, context).await,
        };
        let summary = self.summary(contents.rows.len(), &plan, &written);
        self.tell(&summary, &store.stats(), context)?;
        if written.behind > 0 {
            let count = written.behind;
            let hint = "run `ztok doctor --fix`";
            let note = format!("Listings do not know {count} of them yet: {hint}.");
            context.console.note(note);
        }
        match self.dry_run {
            true => Ok(Exit::Done),
            false => written.end(plan.tokens.len()),
        }
    }

    async fn write(
        &self,
        plan: &Plan,
        store: &SecretsManagerTokenStore,
        context: &Context,
    ) -> Written {
        let all = plan.tokens.len() as u64;
        let progress = context.console.progress("Importing tokens", all);
        let pace = self.writes_per_second;
        let written = write(plan, store, pace, &progress, &context.stop).await;
        progress.finish();
        let failures = written.failures.iter();
        let failures = failures.map(|(at, error)| format!("{}: {error}", plan.places[*at]));
        show(&failures.collect::<Vec<_>>(), output::complain);
        written
    }

    async fn read(&self) -> Result<Contents, Failure> {
        let source = &self.source;
        let database = |error: &(dyn std::error::Error + 'static)| {
            Failure::new(Exit::Failed, format!("cannot read {source}: {error}")).because(error)
        };
        match self.from {
            From::ZohoFile => Ok(zoho_file::parse(&self.text().await?)),
            From::Json => Ok(json_format::parse(&self.text().await?)),
            From::ZohoSqlite => {
                let (path, table) = (PathBuf::from(source), self.table.clone());
                let reading = tokio::task::spawn_blocking(move || sqlite::read(&path, &table));
                match reading.await {
                    Ok(contents) => contents.map_err(|error| database(&error)),
                    Err(error) => Err(database(&error)),
                }
            }
            From::ZohoMysql => {
                let server: mysql::Server = source.parse().map_err(Failure::usage)?;
                let reading = server.read(self.password().await?, &self.table);
                Box::pin(reading).await.map_err(|error| {
                    let failure =
                        Failure::new(Exit::Failed, format!("cannot read the table: {error}"));
                    failure.because(&error)
                })
            }
        }
    }

    async fn text(&self) -> Result<Zeroizing<String>, Failure> {
        let source: Source = self.source.parse().map_err(Failure::usage)?;
        source.read_tokens().await
    }

    async fn password(&self) -> Result<Option<Zeroizing<String>>, Failure> {
        match &self.password_file {
            Some(file) => Ok(mysql::password(&file.read_tokens().await?)),
            None => Ok(std::env::var("ZTOK_MYSQL_PASSWORD")
                .ok()
                .map(Zeroizing::new)),
        }
    }

    /// How often each thing happened, in the order in which it is told.
    fn summary(&self, read: usize, plan: &Plan, written: &Written) -> [(&'static str, usize); 9] {
        let (counts, failed) = (plan.counts, written.failures.len());
        let (created, updated, left) = match self.dry_run {
            true => (counts.new, counts.changed, 0),
            false => (
                written.created,
                written.updated,
                plan.tokens.len() - written.ended(),
            ),
        };
        [
            ("read", read),
            ("created", created),
            ("updated", updated),
            ("stored already", counts.stored + written.unchanged),
            ("older than stored", counts.older),
            ("duplicate", counts.duplicate),
            ("without a token", counts.empty),
            ("failed", failed),
            ("not begun", left),
        ]
    }

    fn tell(
        &self,
        summary: &[(&'static str, usize)],
        stats: &Stats,
        context: &Context,
    ) -> Result<(), Failure> {
        let text = || {
            let shown = summary
                .iter()
                .filter(|(what, count)| *count > 0 || *what == "read");
            shown
                .map(|(what, count)| format!("{what:<18} {count:>7}\n"))
                .collect()
        };
        let json = || {
            let counts = summary
                .iter()
                .map(|(what, count)| (what.replace(' ', "_"), json!(count)));
            let requests = Verb::ALL.map(|verb| (verb.to_string(), json!(stats.calls(verb))));
            let requests = Value::Object(requests.into_iter().collect());
            let more = [("requests", requests), ("dry_run", json!(self.dry_run))];
            let more = more.map(|(name, value)| (name.to_owned(), value));
            Value::Object(counts.chain(more).collect())
        };
        context.console.answer(text, json)?;
        if self.dry_run {
            context.console.note("dry run: nothing was written");
        }
        Ok(())
    }
}

/// Refuses a source with rows that cannot be understood.
fn understood(contents: &Contents) -> Result<(), Failure> {
    let faults = contents.faults.iter();
    let faults = faults.map(|fault| format!("{}: {}", fault.place, fault.message));
    let faults: Vec<_> = faults.collect();
    if faults.is_empty() {
        return Ok(());
    }
    show(&faults, output::complain);
    let count = faults.len();
    let message = format!("{count} rows cannot be understood; nothing was written");
    Err(Failure::usage(message))
}

/// Shows the first lines, and how many there are more.
fn show(lines: &[String], say: impl Fn(&str)) {
    for line in lines.iter().take(SHOWN) {
        say(line);
    }
    if let Some(more) = lines.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        say(&format!("and {more} more"));
    }
}
