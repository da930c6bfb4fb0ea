//! What was aimed at, and what came out. Ratios are of one run.

use serde::Serialize;
use zoho_token_store_benches::figures::{AWS_PARSED, BOTO3, Figure, MAP, NAIVE, OURS};

use crate::table::{Table, number};

const KEYS: [&str; 3] = ["hit by id", "hit by user", "hit by refresh token"];

/// A target, and whether it is met; `None` if the run did not measure it.
#[derive(Serialize)]
pub struct Verdict {
    target: String,
    value: Option<f64>,
    is_met: Option<bool>,
}

#[derive(Clone, Copy)]
enum Limit {
    AtLeast(f64),
    AtMost(f64),
}

pub fn verdicts(figures: &[Figure]) -> Vec<Verdict> {
    use Limit::{AtLeast, AtMost};
    let value = |what: &str, who: &str, tokens: usize, unit: &str| {
        let figure =
            |f: &&Figure| f.what == what && f.who == who && f.tokens == tokens && f.unit == unit;
        figures.iter().find(figure).map(|figure| figure.value)
    };
    let hit = |what: &str, who: &str, tokens: usize| value(what, who, tokens, "ns");
    // The key that does worst is the one that counts.
    let slowest = |tokens| worst(KEYS.map(|key| hit(key, OURS, tokens)));
    let ratio = |a: Option<f64>, b: Option<f64>| Some(a? / b?);
    let mut rows = Vec::new();
    for tokens in [1_000, 100_000] {
        let among = number(tokens as f64);
        let parsed = ratio(hit(KEYS[0], AWS_PARSED, tokens), slowest(tokens));
        rows.push((
            format!("times as fast as AWS's cache with its parse, {among} tokens, slowest key"),
            AtLeast(5.0),
            parsed,
        ));
        let map = ratio(slowest(tokens), hit(KEYS[0], MAP, tokens));
        rows.push((
            format!("times a HashMap's hit, {among} tokens, slowest key"),
            AtMost(4.0),
            map,
        ));
        let gain = KEYS.map(|key| {
            let both = hit(&format!("{key}, 2 threads"), OURS, tokens);
            ratio(hit(key, OURS, tokens).map(|one| 2.0 * one), both).map(|gain| -gain)
        });
        rows.push((
            format!("times the throughput with two threads, {among} tokens, worst key"),
            AtLeast(1.6),
            worst(gain).map(|gain| -gain),
        ));
    }
    let allocations = worst(KEYS.map(|key| value(key, OURS, 1_000, "allocations")));
    rows.push((
        "allocations in a hit, worst key".to_owned(),
        AtMost(0.0),
        allocations,
    ));
    let start = |who| value("start to first token", who, 1, "ms");
    rows.push((
        "times as fast as boto3 from start to first token: ztok find".to_owned(),
        AtLeast(25.0),
        ratio(start(BOTO3), start(OURS)),
    ));
    let calls = |what, who| value(what, who, 1_000, "calls");
    rows.push((
        "calls to list 1,000 tokens".to_owned(),
        AtMost(51.0),
        calls("list", OURS),
    ));
    let time = |who| value("list", who, 1_000, "virtual ms");
    let share = ratio(time(OURS), time(NAIVE)).map(|share| share * 100.0);
    rows.push((
        "% of the naive way's time to list 1,000 tokens".to_owned(),
        AtMost(5.0),
        share,
    ));
    let extra = calls("import", OURS).map(|calls| (calls - 1_000.0) / 10.0);
    rows.push((
        "% more calls than tokens to import 1,000".to_owned(),
        AtMost(2.0),
        extra,
    ));
    rows.push((
        "MB of ztok, stripped".to_owned(),
        AtMost(25.0),
        value("program", OURS, 1, "MB"),
    ));
    let verdict = |(what, limit, value): (String, Limit, Option<f64>)| {
        let (words, is_met) = match limit {
            AtLeast(limit) => ("at least", value.map(|value| value >= limit)),
            AtMost(limit) => ("at most", value.map(|value| value <= limit)),
        };
        let (AtLeast(limit) | AtMost(limit)) = limit;
        let target = format!("{words} {} {what}", number(limit));
        Verdict {
            target,
            value,
            is_met,
        }
    };
    rows.into_iter().map(verdict).collect()
}

pub fn table(verdicts: &[Verdict]) -> Table {
    let head = ["target", "measured", ""].map(str::to_owned).to_vec();
    let row = |verdict: &Verdict| {
        let word = match verdict.is_met {
            Some(true) => "met",
            Some(false) => "MISSED",
            None => "not measured",
        };
        let value = verdict.value.map_or(String::new(), number);
        vec![verdict.target.clone(), value, word.to_owned()]
    };
    Table([head].into_iter().chain(verdicts.iter().map(row)).collect())
}

/// The largest; `None` if one is missing.
fn worst<const N: usize>(values: [Option<f64>; N]) -> Option<f64> {
    let fold = |worst: Option<f64>, value: Option<f64>| Some(worst?.max(value?));
    values.into_iter().fold(Some(f64::NEG_INFINITY), fold)
}
