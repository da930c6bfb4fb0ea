//! One worker's place, filled by one process after the other, and what is known of it.

use std::collections::BTreeSet;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use super::death::{Aim, Death};
use super::orders::{Line, Mix, Orders};
use super::workload::{field, shared};
use crate::ledger::{Ledger, label};

/// A process that says nothing for so long hangs.
const SILENCE: Duration = Duration::from_secs(120);

/// What was under way.
enum Flight {
    Save(String, u64),
    Deletion(String),
}

#[derive(Default)]
pub struct Figures {
    pub started: usize,
    pub killed: usize,
    pub acknowledged: usize,
    pub again: usize,
    pub in_doubt: usize,
    pub in_doubt_took_effect: usize,
}

/// A place, over the lives of all who fill it.
pub struct Post {
    pub worker: usize,
    pub ledger: Ledger,
    pub figures: Figures,
    /// Ids that were found by every key.
    pub found: BTreeSet<String>,
    retired: Vec<String>,
    flight: Option<Flight>,
    aim: Aim,
    /// The save that a process died in.
    in_doubt: Option<(String, u64)>,
}

impl Post {
    pub fn new(worker: usize) -> Self {
        Self {
            worker,
            ledger: Ledger::default(),
            figures: Figures::default(),
            found: BTreeSet::new(),
            retired: Vec::new(),
            flight: None,
            aim: Aim::default(),
            in_doubt: None,
        }
    }

    /// The field that this worker numbers in the record with this label.
    pub fn field(&self, label: &str) -> &'static str {
        field(self.worker, label)
    }

    /// Starts a process, listens to it to its end, and kills it if so told.
    pub async fn live(
        &mut self,
        prefix: &str,
        url: &str,
        (mix, saves, seed): (Mix, usize, u64),
        death: Option<Death>,
    ) -> Result<(), String> {
        let orders = Orders {
            prefix: prefix.to_owned(),
            worker: self.worker,
            seed,
            mix,
            saves,
            ledger: Ledger::from_json(&self.ledger.to_json()).ok_or("no ledger")?,
            retired: self.retired.clone(),
            in_doubt: self.in_doubt.as_ref().map(|(label, _)| label.clone()),
        };
        let mut child = start(&orders, url).map_err(|error| error.to_string())?;
        self.figures.started += 1;
        let status = self.listen(&mut child, death).await?;
        match status.code() {
            Some(0) => Ok(()),
            Some(code) => Err(format!("worker {} ended with {code}", self.worker)),
            None => {
                self.figures.killed += 1;
                self.died();
                Ok(())
            }
        }
    }

    async fn listen(
        &mut self,
        child: &mut Child,
        mut death: Option<Death>,
    ) -> Result<ExitStatus, String> {
        let in_words = |error: std::io::Error| error.to_string();
        let out = child.stdout.take().ok_or("a worker without output")?;
        let mut lines = BufReader::new(out).lines();
        loop {
            let line = tokio::time::timeout(SILENCE, lines.next_line());
            let line = line.await.map_err(|_| "a worker hangs")?;
            // What a process has told is in the pipe, even if it is dead by now.
            let Some(text) = line.map_err(in_words)? else {
                return child.wait().await.map_err(in_words);
            };
            let Some(line) = Line::parse(&text) else {
                return Err(format!("worker {} said {text:?}", self.worker));
            };
            let begins = matches!(line, Line::Send(..) | Line::Delete(_));
            self.hear(line)?;
            if let Some(death) = death.as_mut().filter(|_| begins)
                && death.strikes(self.aim.is_new())
            {
                tokio::time::sleep(self.aim.delay(*death)).await;
                child.start_kill().map_err(in_words)?;
            }
        }
    }

    /// Writes down what a worker tells.
    fn hear(&mut self, line: Line) -> Result<(), String> {
        match (line, self.flight.take()) {
            (Line::Send(label, number), None) => {
                self.aim.begin(*self.ledger.possible(&label).end() == 0);
                if self.ledger.begin(&label) != number {
                    return Err(format!("worker {} miscounts at {number}", self.worker));
                }
                self.flight = Some(Flight::Save(label, number));
            }
            (Line::Done, Some(Flight::Save(label, number))) => {
                self.ledger.done(&label, number);
                self.figures.acknowledged += 1;
                self.aim.end();
            }
            (Line::Void, Some(Flight::Save(label, number))) => self.ledger.void(&label, number),
            (Line::Again(_), flight) => {
                self.figures.again += 1;
                self.flight = flight;
            }
            (Line::Delete(label), None) => {
                self.aim.begin(false);
                self.ledger.doubt(&label);
                self.flight = Some(Flight::Deletion(label));
            }
            (Line::Gone, Some(Flight::Deletion(label))) => {
                self.ledger.gone(&label);
            }
            (Line::Saw(seen), None) => {
                let took_effect = self.in_doubt.take().is_some_and(|(_, sent)| seen == sent);
                self.figures.in_doubt_took_effect += usize::from(took_effect);
            }
            (Line::Found(id), None) => {
                self.found.insert(id);
            }
            (Line::Fault(what), _) => return Err(format!("worker {}: {what}", self.worker)),
            (line, _) => return Err(format!("worker {} said {line:?} now", self.worker)),
        }
        Ok(())
    }

    /// What was under way may still arrive at the service. For a shared record its compare-and-swap
    /// decides; but a deletion that arrives late is one, and a record may be made after a deletion.
    fn died(&mut self) {
        let label_in_flight = match self.flight.take() {
            Some(Flight::Save(label, number)) => {
                self.figures.in_doubt += 1;
                self.in_doubt = Some((label.clone(), number));
                label
            }
            Some(Flight::Deletion(label)) => label,
            None => return,
        };
        if !is_shared(&label_in_flight) {
            self.retired.push(label_in_flight);
        }
    }
}

fn is_shared(record: &str) -> bool {
    (0..super::workload::WORKERS).any(|number| label(&shared(number)) == record)
}

/// This very program, as a worker. Nothing of the surroundings' AWS settings reaches it.
fn start(orders: &Orders, url: &str) -> std::io::Result<Child> {
    let mut command = Command::new(std::env::current_exe()?);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("AWS_") {
            command.env_remove(name);
        }
    }
    let (variable, text) = orders.variable();
    command
        .env(variable, text)
        .env("AWS_ENDPOINT_URL", url)
        .env("AWS_REGION", "us-east-1")
        .env("AWS_ACCESS_KEY_ID", "test")
        .env("AWS_SECRET_ACCESS_KEY", "test")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_CONFIG_FILE", "/dev/null")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        // A trial that fails leaves no process behind.
        .kill_on_drop(true)
        .spawn()
}
