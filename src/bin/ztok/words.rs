//! Times and names in words, for people.

use std::time::Duration;

use unicode_width::UnicodeWidthStr;
use zoho_token_store::Timestamp;

/// An instant as seen from `now`: `in 42 min`, `3 h ago`.
pub fn relative(at: Timestamp, now: Timestamp) -> String {
    match (at.since(now), now.since(at)) {
        (Some(ahead), _) => format!("in {}", span(ahead)),
        (None, Some(behind)) => format!("{} ago", span(behind)),
        (None, None) => "far away".to_owned(),
    }
}

/// A span of time in its largest whole unit.
fn span(time: Duration) -> String {
    match time.as_secs() {
        seconds @ ..120 => format!("{seconds} s"),
        seconds @ ..7_200 => format!("{} min", seconds / 60),
        seconds @ ..172_800 => format!("{} h", seconds / 3_600),
        seconds => format!("{} days", seconds / 86_400),
    }
}

/// Reads a span of time: a whole number with its unit `s`, `m`, `h` or `d`.
pub fn parse_span(text: &str) -> Result<Duration, String> {
    let fault = || "a whole number and its unit, such as 30s, 10m, 2h or 7d".to_owned();
    let (number, unit) = text
        .split_at_checked(text.len().saturating_sub(1))
        .ok_or_else(fault)?;
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return Err(fault()),
    };
    let number: u32 = number.parse().map_err(|_| fault())?;
    Ok(Duration::from_secs(u64::from(number) * seconds))
}

/// A data centre by its API domain: `eu`, `us sandbox`; of others the host.
pub fn data_centre(api_domain: &str) -> String {
    let host = api_domain.split("://").last().unwrap_or_default();
    let host = host.split('/').next().unwrap_or_default();
    let Some((kind, domain)) = host.split_once(".zohoapis.") else {
        return printable(host);
    };
    let centre = match domain {
        "com" => "us",
        "com.cn" => "cn",
        "com.au" => "au",
        "eu" | "in" | "jp" | "ca" | "sa" => domain,
        _ => return printable(host),
    };
    match kind {
        "www" => centre.to_owned(),
        kind => printable(&format!("{centre} {kind}")),
    }
}

/// A number of tokens: `1 token`, `2 tokens`.
pub fn tokens(count: u64) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} token{plural}")
}

/// Text that a terminal shows as it is: control characters are escaped.
pub fn printable(text: &str) -> String {
    text.chars()
        .flat_map(|c| {
            let escaped = c.is_control() || is_invisible(c);
            let (escape, plain) = match escaped {
                true => (Some(c.escape_default()), None),
                false => (None, Some(c)),
            };
            escape.into_iter().flatten().chain(plain)
        })
        .collect()
}

/// Characters that reorder or hide what stands beside them.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Rows under headings, as wide as they need to be.
pub fn table<const N: usize>(headings: [&str; N], rows: &[[String; N]]) -> String {
    let headings = headings.map(str::to_owned);
    let lines = || std::iter::once(&headings).chain(rows);
    let width = |column: usize| {
        lines()
            .map(|row| row[column].width())
            .max()
            .unwrap_or_default()
    };
    let widths: Vec<usize> = (0..N).map(width).collect();
    let line = |row: &[String; N]| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| {
            let gap = width.saturating_sub(cell.width());
            format!("{cell}{}", " ".repeat(gap))
        });
        let line = cells.collect::<Vec<_>>().join("  ");
        format!("{}\n", line.trim_end())
    };
    lines().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_from_now() {
        const NOW: i64 = 1_000_000_000_000;
        for (seconds, words) in [
            (0, "in 0 s"),
            (119, "in 119 s"),
            (120, "in 2 min"),
            (3_599, "in 59 min"),
            (7_200, "in 2 h"),
            (172_800, "in 2 days"),
            (-1, "1 s ago"),
            (-3_600, "60 min ago"),
        ] {
            let at = Timestamp::from_millis(NOW + seconds * 1_000);
            assert_eq!(relative(at, Timestamp::from_millis(NOW)), words);
        }
        let (first, last) = (
            Timestamp::from_millis(i64::MIN),
            Timestamp::from_millis(i64::MAX),
        );
        assert_eq!(relative(first, last), "far away");
    }

    #[test]
    fn spans_have_a_number_and_a_unit() {
        for (text, seconds) in [
            ("30s", Some(30)),
            ("10m", Some(600)),
            ("2h", Some(7_200)),
            ("7d", Some(604_800)),
            ("10", None),
            ("m", None),
            ("-1m", None),
            ("1.5h", None),
            ("10 m", None),
            ("10µ", None),
            ("", None),
        ] {
            let span = parse_span(text).ok().map(|span| span.as_secs());
            assert_eq!(span, seconds, "{text:?}");
        }
    }

    #[test]
    fn data_centres_have_short_names() {
        for (domain, name) in [
            ("https://www.zohoapis.com", "us"),
            ("https://www.zohoapis.eu/", "eu"),
            ("https://sandbox.zohoapis.com.au", "au sandbox"),
            ("https://www.zohoapis.com.cn/crm/v8", "cn"),
            ("https://zoho.test", "zoho.test"),
            ("www.zohoapis.evil", "www.zohoapis.evil"),
            ("https://\u{1b}[2J", "\\u{1b}[2J"),
            ("", ""),
        ] {
            assert_eq!(data_centre(domain), name);
        }
    }

    #[test]
    fn nothing_moves_the_cursor() {
        for (text, shown) in [
            ("ä@x.test:org1", "ä@x.test:org1"),
            ("a\r\nb\u{1b}[31m", "a\\r\\nb\\u{1b}[31m"),
            ("abc\u{202e}def", "abc\\u{202e}def"),
        ] {
            assert_eq!(printable(text), shown);
        }
    }

    #[test]
    fn tables_are_aligned_by_width() {
        let rows = [
            ["漢字".to_owned(), "1".to_owned()],
            ["a".to_owned(), String::new()],
        ];
        assert_eq!(table(["name", "n"], &rows), "name  n\n漢字  1\na\n");
    }
}
