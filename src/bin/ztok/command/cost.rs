//! `ztok cost`: what the tokens cost in a month.

use clap::Args;
use serde_json::{Value, json};

use crate::bill::{Bill, Item, Key, MAX_REFRESHES, PRICES_OF, Usage, Usd, grouped};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::inventory::{self, Count};

/// Tell what the tokens cost in a month, and what the cache saves
///
/// Without --tokens the store is asked how many there are; if not all can be read, the bill is that
/// of those that are known, and the command fails. Prices are those of us-east-1. A key of
/// your own (--kms-key-id) adds its price, and one KMS request for each read and write.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ztok cost
  ztok cost --tokens 1000 --reads-per-second 1000 --processes 4")]
pub struct Cost {
    /// Number of tokens [default: those that are stored]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(..=100_000_000))]
    tokens: Option<u64>,

    /// Refreshes of each token in a day
    #[arg(long, value_name = "R", default_value_t = 24.0, value_parser = rate)]
    refreshes_per_day: f64,

    /// Look-ups in a second, of all tokens and processes together
    #[arg(long, value_name = "Q", default_value_t = 1.0, value_parser = rate)]
    reads_per_second: f64,

    /// Processes that look up, each with a cache of its own
    #[arg(long, value_name = "P", default_value_t = 1,
        value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    processes: u64,
}

impl Cost {
    pub async fn run(self, context: &Context) -> Result<Exit, Failure> {
        let Count { tokens, doubt } = match self.tokens {
            Some(tokens) => Count {
                tokens,
                doubt: None,
            },
            None => inventory::count(&context.store().await?, context).await?,
        };
        let usage = Usage {
            tokens,
            refreshes_per_day: self.refreshes_per_day,
            reads_per_second: self.reads_per_second,
            processes: self.processes,
            key: match context.global.kms_key_id {
                Some(_) => Key::Own,
                None => Key::Managed,
            },
        };
        context.console.answer(|| text(&usage), || json(&usage))?;
        if self.refreshes_per_day > MAX_REFRESHES {
            context.console.note(format!(
                "A secret takes about 100 writes a day: {} refreshes will not all be stored.",
                self.refreshes_per_day
            ));
        }
        doubt.map_or(Ok(Exit::Done), Err)
    }
}

/// A rate that makes sense.
fn rate(text: &str) -> Result<f64, &'static str> {
    let number: f64 = text.parse().map_err(|_| "not a number")?;
    let sensible = (0.0..=1e6).contains(&number);
    sensible
        .then_some(number)
        .ok_or("not between 0 and 1,000,000")
}

fn text(usage: &Usage) -> String {
    let (bill, plain) = (usage.bill(), usage.bill_without_cache());
    let tokens = grouped(usage.tokens);
    let mut text = format!("{tokens} tokens, 30 days, in USD at the prices of {PRICES_OF}\n\n");
    let mut line = |what: &str, count: String, cost: Usd| {
        text += &format!("  {what:<8} {count:<44} {cost:>14}\n");
    };
    let kms = match usage.key {
        Key::Managed => "aws/secretsmanager is free".to_owned(),
        Key::Own => format!("1 key, {} requests", grouped(bill.kms.count)),
    };
    let refreshes = usage.refreshes_per_day;
    let writes = format!(
        "{} ({refreshes} a day and token)",
        grouped(bill.writes.count)
    );
    let reads = format!(
        "{} of {} look-ups",
        grouped(bill.reads.count),
        grouped(usage.lookups())
    );
    let secrets = format!(
        "{} secrets, index pages included",
        grouped(bill.storage.count)
    );
    line("storage", secrets, bill.storage.cost);
    line("writes", writes, bill.writes.cost);
    line("reads", reads, bill.reads.cost);
    line("KMS", kms, bill.kms.cost);
    line("total", String::new(), bill.total);
    line("", "without the cache".to_owned(), plain.total);
    line(
        "",
        "the cache saves".to_owned(),
        plain.total.since(bill.total),
    );
    text
}

fn json(usage: &Usage) -> Value {
    let (bill, plain) = (usage.bill(), usage.bill_without_cache());
    json!({
        "currency": "USD",
        "days": 30,
        "prices_of": PRICES_OF,
        "tokens": usage.tokens,
        "refreshes_per_day": usage.refreshes_per_day,
        "reads_per_second": usage.reads_per_second,
        "processes": usage.processes,
        "with_cache": bill_json(&bill),
        "without_cache": bill_json(&plain),
        "saved": plain.total.since(bill.total).as_f64(),
    })
}

fn bill_json(bill: &Bill) -> Value {
    let item = |item: Item| json!({"count": item.count, "cost": item.cost.as_f64()});
    json!({
        "storage": item(bill.storage),
        "writes": item(bill.writes),
        "reads": item(bill.reads),
        "kms": item(bill.kms),
        "total": bill.total.as_f64(),
    })
}
