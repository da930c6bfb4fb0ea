//! What a row is made of, and how it is checked.

use libtest_mimic::Failed;
use serde_json::Value;
use tempfile::TempDir;
use zoho_token_store::simulator;
use zoho_token_store::{OAuthToken, Timestamp, Verb};

use super::place::Place;
use super::program::{Ended, finish, program};
use crate::target::Target;

/// Part of every credential; no output may show it unasked.
pub const CANARY: &str = "Canary7Q";

/// The exit code for a service that is unavailable or throttles.
const UNAVAILABLE: i32 = 5;

/// A script of invocations in one namespace.
pub struct Row {
    pub code: &'static str,
    about: &'static str,
    files: Vec<(&'static str, String)>,
    steps: Vec<Step>,
}

enum Step {
    Stored(Vec<OAuthToken>),
    /// Stored in the namespace whose prefix goes on where the row's ends.
    Neighbour(OAuthToken),
    Edited(&'static str),
    Denied(Verb),
    Fault(Box<simulator::Fault>),
    Run(Run),
}

/// One invocation and what is expected of it.
struct Run {
    args: Vec<String>,
    stdin: String,
    env: Vec<(&'static str, Option<&'static str>)>,
    code: i32,
    checks: Vec<Check>,
}

enum Check {
    Prints(String),
    Json(Value),
    JsonAt(&'static str, Value),
    JsonMin(&'static str, u64),
    Out(&'static str),
    Err(&'static str),
    NotErr(&'static str),
}

pub fn row(code: &'static str, about: &'static str) -> Row {
    Row {
        code,
        about,
        files: Vec::new(),
        steps: Vec::new(),
    }
}

/// A token of a user and the client `cid`, with every credential; expires in 2100.
pub fn token(id: &str, user: &str) -> OAuthToken {
    OAuthToken::new()
        .with_id(id)
        .with_user(user)
        .with_client("cid", format!("{CANARY}-secret"))
        .with_refresh_token(format!("{CANARY}-refresh-{id}"))
        .with_access_token(format!("{CANARY}-access-{id}"))
        .with_grant_token(format!("{CANARY}-grant-{id}"))
        .with_expires_at(Timestamp::from_millis(4_102_444_800_000))
        .with_api_domain("https://www.zohoapis.eu")
}

impl Row {
    pub fn stored(mut self, tokens: impl IntoIterator<Item = OAuthToken>) -> Self {
        self.steps.push(Step::Stored(tokens.into_iter().collect()));
        self
    }

    pub fn neighbour(mut self, token: OAuthToken) -> Self {
        self.steps.push(Step::Neighbour(token));
        self
    }

    /// A secret, named from its kind on, is made something else by hand.
    pub fn edited(mut self, secret: &'static str) -> Self {
        self.steps.push(Step::Edited(secret));
        self
    }

    pub fn denied(mut self, verb: Verb) -> Self {
        self.steps.push(Step::Denied(verb));
        self
    }

    pub fn with(mut self, fault: simulator::Fault) -> Self {
        self.steps.push(Step::Fault(Box::new(fault)));
        self
    }

    /// A file in the folder where the program runs.
    pub fn file(mut self, name: &'static str, text: impl Into<String>) -> Self {
        self.files.push((name, text.into()));
        self
    }

    /// Runs the program with these words; must end with this exit code.
    pub fn runs(mut self, words: &str, code: i32) -> Self {
        self.steps.push(Step::Run(Run {
            args: words.split_whitespace().map(str::to_owned).collect(),
            stdin: String::new(),
            env: Vec::new(),
            code,
            checks: Vec::new(),
        }));
        self
    }

    /// One more argument, as it is.
    pub fn argument(self, argument: &str) -> Self {
        self.edit(|run| run.args.push(argument.to_owned()))
    }

    /// The input of the run.
    pub fn stdin(self, text: impl Into<String>) -> Self {
        self.edit(|run| run.stdin = text.into())
    }

    pub fn env(self, name: &'static str, value: &'static str) -> Self {
        self.edit(|run| run.env.push((name, Some(value))))
    }

    pub fn without_env(self, name: &'static str) -> Self {
        self.edit(|run| run.env.push((name, None)))
    }

    /// Standard output is this.
    pub fn prints(self, text: impl Into<String>) -> Self {
        self.check_that(Check::Prints(text.into()))
    }

    /// Standard output is this JSON.
    pub fn json(self, value: Value) -> Self {
        self.check_that(Check::Json(value))
    }

    /// The JSON on standard output has this value at the pointer.
    pub fn json_at(self, pointer: &'static str, value: impl Into<Value>) -> Self {
        self.check_that(Check::JsonAt(pointer, value.into()))
    }

    /// The JSON on standard output has at least this number at the pointer.
    pub fn json_min(self, pointer: &'static str, least: u64) -> Self {
        self.check_that(Check::JsonMin(pointer, least))
    }

    /// Standard output has this part.
    pub fn out(self, part: &'static str) -> Self {
        self.check_that(Check::Out(part))
    }

    /// Standard error has this part.
    pub fn err(self, part: &'static str) -> Self {
        self.check_that(Check::Err(part))
    }

    /// Standard error has no such part; with an empty one, nothing at all.
    pub fn not_err(self, part: &'static str) -> Self {
        self.check_that(Check::NotErr(part))
    }

    fn check_that(self, check: Check) -> Self {
        self.edit(|run| run.checks.push(check))
    }

    fn edit(mut self, change: impl FnOnce(&mut Run)) -> Self {
        if let Some(Step::Run(run)) = self.steps.last_mut() {
            change(run);
        }
        self
    }

    /// Runs the script on the target, or without any service.
    ///
    /// LocalStack fails a batch during which another trial makes a secret. The program is right to say
    /// that the service is unavailable; the script is then run again, in another namespace.
    pub async fn check(self, target: Option<Target>) -> Result<(), Failed> {
        let tries = if target == Some(Target::LocalStack) {
            3
        } else {
            1
        };
        for _ in 1..tries {
            match self.run(target).await {
                Err(Fault::Unavailable(report)) => {
                    eprintln!("RUN AGAIN localstack::cli::{}: {report}", self.code);
                }
                outcome => return outcome.map_err(Fault::into_failed),
            }
        }
        self.run(target).await.map_err(Fault::into_failed)
    }

    async fn run(&self, target: Option<Target>) -> Result<(), Fault> {
        let place = match target {
            Some(target) => Some(Place::on(target).await?),
            None => None,
        };
        let folder = TempDir::new()?;
        for (name, text) in &self.files {
            std::fs::write(folder.path().join(name), text)?;
        }
        for step in &self.steps {
            if let Step::Run(run) = step {
                let outcome = run.check(&folder, place.as_ref()).await;
                outcome.map_err(|fault| fault.within(self))?;
            } else if let Some(place) = &place {
                prepare(place, step).await?;
            }
        }
        Ok(())
    }
}

/// Why a script failed.
enum Fault {
    /// The program said that the service is unavailable, and nobody expected that.
    Unavailable(String),
    Wrong(String),
}

impl Fault {
    fn within(self, row: &Row) -> Self {
        let about = |report| format!("{}: {}\n{report}", row.code, row.about);
        match self {
            Self::Unavailable(report) => Self::Unavailable(about(report)),
            Self::Wrong(report) => Self::Wrong(about(report)),
        }
    }

    fn into_failed(self) -> Failed {
        let (Self::Unavailable(report) | Self::Wrong(report)) = self;
        report.into()
    }
}

impl<E: Into<Failed>> From<E> for Fault {
    fn from(error: E) -> Self {
        Self::Wrong(error.into().message().unwrap_or_default().to_owned())
    }
}

async fn prepare(place: &Place, step: &Step) -> Result<(), Failed> {
    let simulator = place.server.as_ref().map(|server| &server.simulator);
    match (step, simulator) {
        (Step::Stored(tokens), _) => place.save(tokens).await,
        (Step::Neighbour(token), _) => {
            place.store("2")?.save_token(token).await?;
            Ok(())
        }
        (Step::Edited(secret), _) => place.edit(secret).await,
        (Step::Denied(verb), Some(simulator)) => {
            simulator.deny(*verb);
            Ok(())
        }
        (Step::Fault(fault), Some(simulator)) => {
            simulator.inject((**fault).clone());
            Ok(())
        }
        (Step::Denied(_) | Step::Fault(_), None) => Err("only the simulator has faults".into()),
        (Step::Run(_), _) => Ok(()),
    }
}

impl Run {
    async fn check(&self, folder: &TempDir, place: Option<&Place>) -> Result<(), Fault> {
        let mut command = program(&self.args, folder, place);
        for (name, value) in &self.env {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        let ended = finish(command.spawn()?, &self.stdin).await?;
        let fault = match ended.code == self.code {
            true => self.checks.iter().find_map(|check| check.fault(&ended)),
            false => Some(format!("expected exit code {}", self.code)),
        };
        match fault.or_else(|| self.misbehaviour(&ended)) {
            None => Ok(()),
            Some(fault) => {
                let Ended { code, out, err } = ended;
                let args = self.args.join(" ");
                let report =
                    format!("ztok {args}: {fault}\ncode: {code}\nstdout:\n{out}\nstderr:\n{err}");
                Err(match code {
                    UNAVAILABLE => Fault::Unavailable(report),
                    _ => Fault::Wrong(report),
                })
            }
        }
    }

    /// What holds for every invocation.
    fn misbehaviour(&self, ended: &Ended) -> Option<String> {
        let has = |option: &str| self.args.iter().any(|arg| arg == option);
        if ended.err.contains(CANARY) || (ended.out.contains(CANARY) && !has("--reveal")) {
            return Some("it shows a credential".to_owned());
        }
        if ended.err.contains("panicked") {
            return Some("it panics".to_owned());
        }
        let complaints = ["ztok: ", "error: "].map(|start| {
            let lines = ended.err.lines();
            lines.filter(|line| line.starts_with(start)).count()
        });
        let expected = usize::from(self.code != 0);
        let helps = self.args.is_empty();
        if complaints.iter().sum::<usize>() != expected && !helps {
            return Some(format!("expected {expected} lines of error"));
        }
        None
    }
}

impl Check {
    fn fault(&self, ended: &Ended) -> Option<String> {
        let json = || serde_json::from_str::<Value>(&ended.out).unwrap_or_default();
        let (good, wanted) = match self {
            Self::Prints(text) => (ended.out == *text, format!("the output\n{text}")),
            Self::Json(value) => (json() == *value, format!("the JSON\n{value:#}")),
            Self::JsonAt(pointer, value) => {
                let good = json().pointer(pointer) == Some(value);
                (good, format!("{value} at {pointer}"))
            }
            Self::JsonMin(pointer, least) => {
                let number = json().pointer(pointer).and_then(Value::as_u64);
                let good = number.is_some_and(|number| number >= *least);
                (good, format!("{least} or more at {pointer}"))
            }
            Self::Out(part) => (ended.out.contains(part), format!("{part:?} in the output")),
            Self::Err(part) => (ended.err.contains(part), format!("{part:?} in the errors")),
            Self::NotErr("") => (ended.err.is_empty(), "no errors or notes".to_owned()),
            Self::NotErr(part) => (
                !ended.err.contains(part),
                format!("no {part:?} in the errors"),
            ),
        };
        (!good).then(|| format!("expected {wanted}"))
    }
}
