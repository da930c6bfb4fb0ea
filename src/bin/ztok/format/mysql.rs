//! The MySQL table of Zoho's DBStore, read over the wire.
//!
//! There is no TLS: the table holds credentials in plain text, so it is only read from this machine,
//! which a tunnel makes of any other.

use std::net::IpAddr;
use std::str::FromStr;
use std::time::Duration;

use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Opts, OptsBuilder, Value};
use zeroize::Zeroizing;
use zoho_token_store::OAuthToken;

use super::generation::{TableName, table_columns, token};
use super::{Contents, Place};

/// How long to wait for a connection.
const CONNECT: Duration = Duration::from_secs(10);
const FORM: &str = "a MySQL source looks like mysql://user@localhost:3306/zohooauth";

/// A server, a user and a database; no password.
#[derive(Clone, Debug)]
pub struct Server(Opts);

impl FromStr for Server {
    type Err = &'static str;

    /// Reads `mysql://user@host:port/database`; `?socket=PATH` names a Unix socket. Faults do not quote.
    fn from_str(url: &str) -> Result<Self, Self::Err> {
        let opts = Opts::from_url(url).map_err(|_| FORM)?;
        if opts.pass().is_some() {
            return Err(
                "a password in the URL shows in process lists: change it, and give it by \
                        ZTOK_MYSQL_PASSWORD or --password-file",
            );
        }
        if opts.db_name().is_none_or(str::is_empty) {
            return Err(FORM);
        }
        if opts.socket().is_none() && !is_here(opts.ip_or_hostname()) {
            return Err(
                "the connection is not encrypted, so the server must be on this machine: \
                        use a tunnel, such as ssh -L 3306:localhost:3306 HOST",
            );
        }
        Ok(Self(opts))
    }
}

fn is_here(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

impl Server {
    /// Reads the table.
    pub async fn read(
        &self,
        password: Option<Zeroizing<String>>,
        table: &TableName,
    ) -> Result<Contents, mysql_async::Error> {
        let opts = OptsBuilder::from_opts(self.0.clone())
            .prefer_socket(self.0.socket().is_some())
            .pass(password.as_deref());
        let late = |_| std::io::Error::from(std::io::ErrorKind::TimedOut);
        let mut connection = tokio::time::timeout(CONNECT, Conn::new(opts))
            .await
            .map_err(late)??;
        let mut result = connection
            .query_iter(format!("select * from `{table}`"))
            .await?;
        let names = result.columns();
        let names = names.iter().flat_map(|columns| columns.iter());
        let names: Vec<String> = names.map(|column| column.name_str().into_owned()).collect();
        let columns = table_columns(names.iter().map(String::as_str));
        let (mut contents, mut number) = (Contents::default(), 0);
        while let Some(row) = result.next().await? {
            number += 1;
            let token = match &columns {
                Ok(columns) => read_row(columns, row.unwrap_raw()),
                Err(fault) => Err(fault.clone()),
            };
            contents.push(Place::Row(number), token);
            if columns.is_err() {
                break;
            }
        }
        drop(result);
        connection.disconnect().await?;
        Ok(contents)
    }
}

fn read_row(
    columns: &[Option<&'static str>],
    values: Vec<Option<Value>>,
) -> Result<OAuthToken, String> {
    let mut cells = Vec::new();
    for (column, value) in columns.iter().zip(values) {
        let Some(column) = *column else { continue };
        let text = match value.unwrap_or(Value::NULL) {
            Value::NULL => continue,
            Value::Bytes(bytes) => String::from_utf8(bytes).ok(),
            Value::Int(number) => Some(number.to_string()),
            Value::UInt(number) => Some(number.to_string()),
            _ => None,
        };
        cells.push((column, text.ok_or_else(|| format!("{column} is no text"))?));
    }
    Ok(token(
        cells.iter().map(|(column, text)| (*column, text.as_str())),
    ))
}

/// The password in a file: all of it but the line's end, or in an option file of MySQL's programs the
/// `password` of its `[client]` section.
pub fn password(text: &str) -> Option<Zeroizing<String>> {
    let text = text.trim_start_matches('\u{feff}');
    if !text.lines().any(|line| line.trim() == "[client]") {
        let line = text.trim_end_matches(['\r', '\n']);
        return Some(Zeroizing::new(line.to_owned())).filter(|line| !line.is_empty());
    }
    let mut in_client = false;
    for line in text.lines().map(str::trim) {
        if line.starts_with('[') {
            in_client = line == "[client]";
        }
        let Some((name, value)) = line.split_once('=').filter(|_| in_client) else {
            continue;
        };
        if name.trim() == "password" {
            let value = value.trim();
            let bare = ['"', '\''].into_iter().find_map(|quote| {
                value
                    .strip_prefix(quote)
                    .and_then(|rest| rest.strip_suffix(quote))
            });
            return Some(Zeroizing::new(bare.unwrap_or(value).to_owned()));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_on_this_machine_and_without_a_password() {
        for (url, part) in [
            ("mysql://root@localhost:3306/zohooauth", None),
            ("mysql://root@127.0.0.1/zohooauth", None),
            ("mysql://root@[::1]:3307/zohooauth", None),
            (
                "mysql://root@localhost/zohooauth?socket=/run/mysqld/mysqld.sock",
                None,
            ),
            (
                "mysql://root:canary@localhost/zohooauth",
                Some("a password in the URL"),
            ),
            ("mysql://root@db.x.test/zohooauth", Some("use a tunnel")),
            (
                "mysql://root@127.0.0.1.x.test/zohooauth",
                Some("use a tunnel"),
            ),
            ("mysql://root@localhost", Some("looks like")),
            ("mysql://root@localhost/", Some("looks like")),
            ("postgres://root@localhost/zohooauth", Some("looks like")),
            ("canary", Some("looks like")),
        ] {
            let fault = url.parse::<Server>().err();
            assert_eq!(fault.is_some(), part.is_some(), "{url}: {fault:?}");
            let fault = fault.unwrap_or_default();
            assert!(
                fault.contains(part.unwrap_or_default()) && !fault.contains("canary"),
                "{url}"
            );
        }
    }

    #[test]
    fn passwords_come_plain_or_in_an_option_file() {
        for (text, expected) in [
            ("s3cret\n", Some("s3cret")),
            (" with blanks \r\n", Some(" with blanks ")),
            ("\n", None),
            ("", None),
            ("[client]\nuser = root\npassword = s3cret\n", Some("s3cret")),
            ("[client]\npassword=\"a=b c\"\n", Some("a=b c")),
            (
                "[mysqld]\npassword=no\n[client]\npassword='yes'\n",
                Some("yes"),
            ),
            ("[client]\nuser=root\n", None),
        ] {
            assert_eq!(
                password(text).as_ref().map(|text| text.as_str()),
                expected,
                "{text}"
            );
        }
    }
}
