//! What a namespace costs in a month: arithmetic alone.
//!
//! Money is counted in millionths of a US dollar, so that nothing is rounded on the way.

use std::fmt;

/// When the prices were looked up: <https://aws.amazon.com/secrets-manager/pricing/>.
pub const PRICES_OF: &str = "2026-09-20";

const PER_SECRET: u128 = 400_000;
/// 0.05 for 10,000.
const PER_CALL: u128 = 5;
/// Of a customer's own key; `aws/secretsmanager` is free.
const PER_KEY: u128 = 1_000_000;
/// 0.03 for 10,000.
const PER_KMS_REQUEST: u128 = 3;

const DAYS: u64 = 30;
const SECONDS: u64 = DAYS * 86_400;
/// The library's default: for so long a record is served from the cache.
const CACHE_SECONDS: u64 = 300;
/// Tokens on one index page.
const PER_PAGE: u64 = 350;
/// The most writes that a secret takes in a day, with a little room.
pub const MAX_REFRESHES: f64 = 96.0;

/// What is used in a month.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Usage {
    pub tokens: u64,
    /// Of each token.
    pub refreshes_per_day: f64,
    /// Of all tokens and processes together.
    pub reads_per_second: f64,
    /// Each has a cache of its own.
    pub processes: u64,
    pub key: Key,
}

/// Which KMS key encrypts the secrets.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Key {
    /// `aws/secretsmanager`.
    Managed,
    /// One of the customer's own.
    Own,
}

/// An amount of money in millionths of a US dollar.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Usd(u128);

/// A number of things and what they cost.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Item {
    pub count: u64,
    pub cost: Usd,
}

/// The bill of one month.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Bill {
    /// Tokens and index pages.
    pub storage: Item,
    pub writes: Item,
    /// Look-ups that the cache did not answer.
    pub reads: Item,
    /// Requests to KMS; the cost includes that of the key.
    pub kms: Item,
    pub total: Usd,
}

impl Usage {
    /// The bill with the library's cache.
    pub fn bill(&self) -> Bill {
        self.bill_with(self.reads_past_the_cache())
    }

    /// The bill if every look-up asked the service.
    pub fn bill_without_cache(&self) -> Bill {
        self.bill_with(self.lookups())
    }

    /// Look-ups in a month.
    pub fn lookups(&self) -> u64 {
        whole(self.reads_per_second * SECONDS as f64)
    }

    /// A process asks at most once for each token and lifetime of the cache.
    fn reads_past_the_cache(&self) -> u64 {
        let most = self.tokens.saturating_mul(self.processes);
        self.lookups()
            .min(most.saturating_mul(SECONDS / CACHE_SECONDS))
    }

    fn bill_with(&self, reads: u64) -> Bill {
        let secrets = self.tokens + self.tokens.div_ceil(PER_PAGE);
        let writes = whole(self.tokens as f64 * self.refreshes_per_day * DAYS as f64);
        let item = |count: u64, price| Item {
            count,
            cost: Usd(u128::from(count) * price),
        };
        let kms = match self.key {
            Key::Managed => item(0, 0),
            // Each read decrypts, each write makes a data key.
            Key::Own => {
                let requests = item(reads.saturating_add(writes), PER_KMS_REQUEST);
                let cost = Usd(requests.cost.0 + PER_KEY);
                Item { cost, ..requests }
            }
        };
        let items = [
            item(secrets, PER_SECRET),
            item(writes, PER_CALL),
            item(reads, PER_CALL),
        ];
        let [storage, writes, reads] = items;
        let total = items.iter().chain([&kms]).map(|item| item.cost.0).sum();
        Bill {
            storage,
            writes,
            reads,
            kms,
            total: Usd(total),
        }
    }
}

/// The nearest whole number; counts are far below where that loses anything.
fn whole(number: f64) -> u64 {
    number.round() as u64
}

impl Usd {
    pub fn since(self, less: Self) -> Self {
        Self(self.0.saturating_sub(less.0))
    }

    /// As a number, for JSON: to a hundredth of a cent.
    pub fn as_f64(self) -> f64 {
        (self.0 as f64 / 100.0).round() / 10_000.0
    }
}

impl fmt::Display for Usd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cents = (self.0 + 5_000) / 10_000;
        let dollars = grouped((cents / 100).try_into().unwrap_or(u64::MAX));
        f.pad(&format!("{dollars}.{:02}", cents % 100))
    }
}

/// A number with commas between thousands.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usage(tokens: u64, refreshes: f64, reads: f64, processes: u64, key: Key) -> Usage {
        Usage {
            tokens,
            refreshes_per_day: refreshes,
            reads_per_second: reads,
            processes,
            key,
        }
    }

    /// The rows of the README, and what is at the edges.
    #[test]
    fn bills() {
        use Key::{Managed, Own};
        for (usage, with_cache, without) in [
            // tokens, refreshes a day and token, look-ups a second, processes, key;
            // storage, writes, reads, KMS, total; total without the cache.
            (
                usage(1_000, 24.0, 1_000.0, 1, Managed),
                ["401.20", "3.60", "43.20", "0.00", "448.00"],
                "13,364.80",
            ),
            (
                usage(1_000, 24.0, 1_000.0, 2, Managed),
                ["401.20", "3.60", "86.40", "0.00", "491.20"],
                "13,364.80",
            ),
            // Fewer look-ups than the cache would ask for anyway: nothing is saved.
            (
                usage(1_000, 0.0, 1.0, 1, Managed),
                ["401.20", "0.00", "12.96", "0.00", "414.16"],
                "414.16",
            ),
            (
                usage(350, 0.0, 0.0, 1, Managed),
                ["140.40", "0.00", "0.00", "0.00", "140.40"],
                "140.40",
            ),
            (
                usage(351, 0.0, 0.0, 1, Managed),
                ["141.20", "0.00", "0.00", "0.00", "141.20"],
                "141.20",
            ),
            (
                usage(1, 24.0, 0.0, 1, Managed),
                ["0.80", "0.00", "0.00", "0.00", "0.80"],
                "0.80",
            ),
            (
                usage(0, 24.0, 5.0, 1, Managed),
                ["0.00", "0.00", "0.00", "0.00", "0.00"],
                "64.80",
            ),
            // 1.00 for the key; (720,000 + 8,640,000) × 0.03 / 10,000 = 28.08.
            (
                usage(1_000, 24.0, 1_000.0, 1, Own),
                ["401.20", "3.60", "43.20", "29.08", "477.08"],
                "21,143.96",
            ),
            (
                usage(10_000, 24.0, 0.0, 1, Managed),
                ["4,011.60", "36.00", "0.00", "0.00", "4,047.60"],
                "4,047.60",
            ),
        ] {
            let bill = usage.bill();
            let [storage, writes, reads, kms] =
                [bill.storage, bill.writes, bill.reads, bill.kms].map(|item| item.cost.to_string());
            let shown = [storage, writes, reads, kms, bill.total.to_string()];
            assert_eq!(shown, with_cache, "{usage:?}");
            assert_eq!(
                usage.bill_without_cache().total.to_string(),
                without,
                "{usage:?}"
            );
        }
    }

    #[test]
    fn numbers_are_grouped_and_rounded() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (12_345_678, "12,345,678"),
        ] {
            assert_eq!(grouped(number), text);
        }
        for (millionths, text, number) in [
            (0, "0.00", 0.0),
            (4_999, "0.00", 0.005),
            (5_000, "0.01", 0.005),
            (1_234_567_891, "1,234.57", 1_234.567_9),
        ] {
            assert_eq!(Usd(millionths).to_string(), text);
            assert_eq!(Usd(millionths).as_f64(), number);
        }
    }
}
