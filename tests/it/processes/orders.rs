//! What a worker is told when it starts, and what it tells.

use std::fmt;
use std::process::ExitCode;

use serde_json::{Value, json};

use crate::ledger::Ledger;

/// Where a worker finds its orders, as JSON.
const VARIABLE: &str = "ZTOK_IT_WORKER";

/// What a worker does.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Mix {
    /// Saves only.
    Saves,
    /// Saves, look-ups, listings, and deletions of its own records.
    All,
    /// Lists, and looks every record up by each of its keys.
    Audit,
}

impl Mix {
    const ALL: [Self; 3] = [Self::Saves, Self::All, Self::Audit];
}

pub struct Orders {
    pub prefix: String,
    pub worker: usize,
    pub seed: u64,
    pub mix: Mix,
    /// How many saves have to be acknowledged.
    pub saves: usize,
    pub ledger: Ledger,
    /// Labels of own records that are not touched again: what a dead process sent may still arrive.
    pub retired: Vec<String>,
    /// The label that the last process was writing when it died: to be looked at first.
    pub in_doubt: Option<String>,
}

impl Orders {
    /// The variable to start a worker with.
    pub fn variable(&self) -> (&'static str, String) {
        let orders = json!({
            "prefix": self.prefix,
            "worker": self.worker,
            "seed": self.seed,
            "mix": Mix::ALL.iter().position(|mix| *mix == self.mix),
            "saves": self.saves,
            "ledger": self.ledger.to_json(),
            "retired": self.retired,
            "in_doubt": self.in_doubt,
        });
        (VARIABLE, orders.to_string())
    }

    fn parse(text: &str) -> Option<Self> {
        let orders: Value = serde_json::from_str(text).ok()?;
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let number = |name: &str| usize::try_from(orders.get(name)?.as_u64()?).ok();
        let retired = orders.get("retired")?.as_array()?.iter();
        Some(Self {
            prefix: text(orders.get("prefix")?)?,
            worker: number("worker")?,
            seed: orders.get("seed")?.as_u64()?,
            mix: *Mix::ALL.get(number("mix")?)?,
            saves: number("saves")?,
            ledger: Ledger::from_json(orders.get("ledger")?)?,
            retired: retired.map(text).collect::<Option<_>>()?,
            in_doubt: text(orders.get("in_doubt")?),
        })
    }
}

/// The orders of this process, if it was started as a worker; what cannot be read ends it.
pub fn from_environment() -> Option<Result<Orders, ExitCode>> {
    let text = std::env::var(VARIABLE).ok()?;
    Some(Orders::parse(&text).ok_or(ExitCode::FAILURE))
}

/// What a worker tells, a line each, before it goes on.
#[derive(Debug)]
pub enum Line {
    /// It is about to send this number under this label.
    Send(String, u64),
    /// The save was acknowledged.
    Done,
    /// The save was refused and changes nothing.
    Void,
    /// The save met an error after which it can be made again, as it now is.
    Again(String),
    /// It is about to delete the record with this label.
    Delete(String),
    /// The deletion was acknowledged.
    Gone,
    /// The record in doubt has this number; 0 if there is none.
    Saw(u64),
    /// The record with this id was listed, and found by every key.
    Found(String),
    /// Something is wrong.
    Fault(String),
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Send(label, number) => write!(f, "send {label} {number}"),
            Self::Done => f.write_str("done "),
            Self::Void => f.write_str("void "),
            Self::Again(why) => write!(f, "again {why}"),
            Self::Delete(label) => write!(f, "delete {label}"),
            Self::Gone => f.write_str("gone "),
            Self::Saw(number) => write!(f, "saw {number}"),
            Self::Found(id) => write!(f, "found {id}"),
            Self::Fault(what) => write!(f, "fault {what}"),
        }
    }
}

impl Line {
    pub fn parse(text: &str) -> Option<Self> {
        let (word, rest) = text.split_once(' ')?;
        Some(match word {
            "send" => {
                let (label, number) = rest.rsplit_once(' ')?;
                Self::Send(label.to_owned(), number.parse().ok()?)
            }
            "done" => Self::Done,
            "void" => Self::Void,
            "again" => Self::Again(rest.to_owned()),
            "delete" => Self::Delete(rest.to_owned()),
            "gone" => Self::Gone,
            "saw" => Self::Saw(rest.parse().ok()?),
            "found" => Self::Found(rest.to_owned()),
            "fault" => Self::Fault(rest.to_owned()),
            _ => return None,
        })
    }
}
