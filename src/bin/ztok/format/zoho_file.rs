//! The file of Zoho's FileStore: CSV in the dialects of the Python, Java, Node and TypeScript SDKs.
//!
//! Columns are told by their position and number, as the SDKs do. Python and Java quote what needs it;
//! Node and TypeScript quote nothing and do not unquote, so that a comma in a value breaks its row.

use csv::{ReaderBuilder, StringRecord, Terminator, WriterBuilder};
use zoho_token_store::OAuthToken;

use super::generation::{column, columns, token};
use super::{Contents, Place};
use crate::columns::{COLUMNS, Reveal, texts};

/// Reads a file.
pub fn parse(text: &str) -> Contents {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .quoting(is_quoted(text))
        .from_reader(text.as_bytes());
    let mut contents = Contents::default();
    let mut named: Option<usize> = None;
    let mut lines = Lines {
        text,
        at: 0,
        line: 1,
    };
    for record in reader.records() {
        // Text in memory can always be read, and is valid.
        let Ok(record) = record else { continue };
        let line = lines.of(record.position());
        if is_header(&record) {
            named.get_or_insert(record.len());
        } else if record.len() > 1 || record.iter().any(|cell| !cell.trim().is_empty()) {
            contents.push(Place::Line(line), row(&record, named));
        }
    }
    contents
}

/// Counts lines up to records; the parser's own count is before the line feed of the record before.
struct Lines<'a> {
    text: &'a str,
    at: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line on which a record begins. To be asked in their order.
    fn of(&mut self, position: Option<&csv::Position>) -> u64 {
        let bytes = self.text.as_bytes();
        let begin = position.map(|position| position.byte().try_into().unwrap_or(usize::MAX));
        let begin = begin.unwrap_or(self.at).clamp(self.at, bytes.len());
        let blank = bytes[begin..]
            .iter()
            .take_while(|byte| b"\r\n".contains(byte))
            .count();
        let passed = &bytes[self.at..begin + blank];
        self.line += passed.iter().filter(|byte| **byte == b'\n').count() as u64;
        self.at = begin + blank;
        self.line
    }
}

/// The TypeScript SDK, which does not quote, is alone in calling the second of ten columns so.
fn is_quoted(text: &str) -> bool {
    let header = text.lines().next().unwrap_or_default();
    !(header.starts_with("id,user_mail,") && header.ends_with(",api_domain"))
}

/// Whether a record is the names of columns: stands at the top, and again below after some mishaps.
fn is_header(record: &StringRecord) -> bool {
    columns(record.len()).is_some() && record.iter().all(|cell| column(cell.trim()).is_some())
}

fn row(record: &StringRecord, named: Option<usize>) -> Result<OAuthToken, String> {
    let count = record.len();
    // Rows of nine stay in a file whose header has been brought up to ten.
    let expected = named.filter(|named| (*named, count) != (10, 9));
    let columns = columns(count).filter(|_| expected.is_none_or(|expected| expected == count));
    let Some(columns) = columns else {
        let expected = named.map_or("6, 9 or 10".to_owned(), |named| named.to_string());
        let more = "a value with a comma must be in quotes, which Node's SDKs leave out";
        return Err(format!("{count} columns instead of {expected}; {more}"));
    };
    Ok(token(columns.iter().copied().zip(record)))
}

/// Writes a file that all of Zoho's current SDKs read: ten columns, quotes only where needed, and line
/// ends without a carriage return, which Node's SDKs would take for a part of the last value.
pub fn write(tokens: &[OAuthToken]) -> Result<Vec<u8>, csv::Error> {
    let mut writer = WriterBuilder::new()
        .terminator(Terminator::Any(b'\n'))
        .from_writer(Vec::new());
    writer.write_record(COLUMNS.map(|name| match name {
        "redirect_url" => "redirect_uri",
        name => name,
    }))?;
    for token in tokens {
        writer.write_record(texts(token, Reveal::Shown).map(Option::unwrap_or_default))?;
    }
    writer
        .into_inner()
        .map_err(|error| error.into_error().into())
}

/// Whether Node's SDKs, which do not unquote, would misread the token.
pub fn needs_quotes(token: &OAuthToken) -> bool {
    let special = |text: &String| text.contains([',', '"', '\n', '\r']);
    texts(token, Reveal::Shown).iter().flatten().any(special)
}

#[cfg(test)]
mod tests {
    use super::*;
    use zoho_token_store::Timestamp;

    fn full(id: &str, user: &str) -> OAuthToken {
        OAuthToken::new()
            .with_id(id)
            .with_user(user)
            .with_client("C", "S")
            .with_refresh_token("R")
            .with_access_token("A")
            .with_grant_token("G")
            .with_expires_at(Timestamp::from_millis(5))
            .with_redirect_url("https://r")
    }

    const NINE: &str = "id,user_mail,client_id,client_secret,refresh_token,access_token,grant_token,\
                        expiry_time,redirect_uri";
    const TEN: &str = "id,user_name,client_id,client_secret,refresh_token,access_token,grant_token,\
                       expiry_time,redirect_url,api_domain";
    const TYPESCRIPT: &str = "id,user_mail,client_id,client_secret,refresh_token,access_token,\
                              grant_token,expiry_time,redirect_url,api_domain";

    #[test]
    fn rows_of_all_generations_and_dialects() {
        let domain = |token: OAuthToken| token.with_api_domain("https://d");
        let first = OAuthToken::new()
            .with_user("u")
            .with_client_id("C")
            .with_refresh_token("R")
            .with_access_token("A")
            .with_expires_at(Timestamp::from_millis(5));
        let six = "user_mail,client_id,refresh_token,access_token,grant_token,expiry_time";
        for (text, expected) in [
            (String::new(), vec![]),
            (format!("{TEN}\r\n"), vec![]),
            (format!("{six}\r\nu,C,R,A,,5\r\n"), vec![(2, first)]),
            (
                format!("{NINE}\n1,u,C,S,R,A,G,5,https://r"),
                vec![(2, full("1", "u"))],
            ),
            (
                format!("{TEN}\r\n\r\n1,\"u, \"\"v\"\"\r\nw\",C,S,R,A,G,5,https://r,https://d\r\n"),
                vec![(3, domain(full("1", "u, \"v\"\r\nw")))],
            ),
            // A file without a header; one with a byte order mark; one with its header twice.
            (
                "1,u,C,S,R,A,G,5,https://r,https://d".to_owned(),
                vec![(1, domain(full("1", "u")))],
            ),
            (
                format!("\u{feff}{TEN}\n1,u,C,S,R,A,G,5,https://r,\n"),
                vec![(2, full("1", "u"))],
            ),
            (
                format!("{TEN}\n{TEN}\n1,u,C,S,R,A,G,5,https://r,\n"),
                vec![(3, full("1", "u"))],
            ),
            // TypeScript takes quotes as they are.
            (
                format!("{TYPESCRIPT}\n1,\"u\",C,S,R,A,G,5,https://r,https://d"),
                vec![(2, domain(full("1", "\"u\"")))],
            ),
            // Rows that an upgrade has left short.
            (
                format!("{TEN}\n1,u,C,S,R,A,G,5,https://r\n"),
                vec![(2, full("1", "u"))],
            ),
        ] {
            let contents = parse(&text);
            let rows: Vec<_> = contents
                .rows
                .into_iter()
                .map(|row| (row.place, row.token))
                .collect();
            let expected = expected
                .into_iter()
                .map(|(line, token)| (Place::Line(line), token));
            assert_eq!(rows, expected.collect::<Vec<_>>(), "{text}");
            assert_eq!(contents.faults, [], "{text}");
        }
    }

    #[test]
    fn broken_rows_are_named_and_not_quoted() {
        for (text, place, part) in [
            (
                format!("{TEN}\n1,canary, b,C,S,R,A,G,5,r,d\n"),
                2,
                "11 columns instead of 10",
            ),
            (format!("{TEN}\n\n1,canary\n"), 3, "2 columns instead of 10"),
            (
                format!("{NINE}\n1,canary,C,S,R,A,G,5,r,d"),
                2,
                "10 columns instead of 9",
            ),
            (
                "canary,canary".to_owned(),
                1,
                "2 columns instead of 6, 9 or 10",
            ),
        ] {
            let contents = parse(&text);
            let [fault] = contents.faults.as_slice() else {
                panic!("{text}: {contents:?}")
            };
            assert_eq!(fault.place, Place::Line(place));
            assert!(
                fault.message.contains(part) && !fault.message.contains("canary"),
                "{fault:?}"
            );
        }
    }

    #[test]
    fn what_is_written_can_be_read_again() {
        let tokens = [
            full("1", "u"),
            full("2", "a, \"b\"\r\n'c'").with_api_domain("https://d"),
            OAuthToken::new().with_id("3").with_access_token("A"),
        ];
        let text = String::from_utf8(write(&tokens).unwrap()).unwrap();
        assert!(!text.replace("\"\r\n", "").starts_with('\u{feff}'));
        let rows = parse(&text).rows.into_iter().map(|row| row.token);
        assert_eq!(rows.collect::<Vec<_>>(), tokens);
        assert_eq!(tokens.each_ref().map(needs_quotes), [false, true, false]);
    }
}
