//! The SQLite database of the custom store in Zoho's article: the table of the SDKs' DBStore.

use std::path::Path;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, Row, params_from_iter};
use zoho_token_store::OAuthToken;

use super::generation::{TableName, table_columns, token};
use super::{Contents, Place};
use crate::columns::{Reveal, texts};

/// As the article and the SDKs create it.
const CREATE: &str = "create table oauthtoken (\
    id varchar(10) not null, user_name varchar(255), client_id varchar(255), \
    client_secret varchar(255), refresh_token varchar(255), access_token varchar(255), \
    grant_token varchar(255), expiry_time varchar(20), redirect_url varchar(255), \
    api_domain varchar(255), primary key (id))";

/// Reads the table of a database, which is not changed.
pub fn read(path: &Path, table: &TableName) -> Result<Contents, rusqlite::Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let database = Connection::open_with_flags(path, flags)?;
    let mut select = database.prepare(&format!("select * from \"{table}\""))?;
    let names = select.column_names();
    let columns = table_columns(names.into_iter());
    let mut rows = select.query([])?;
    let (mut contents, mut number) = (Contents::default(), 0);
    while let Some(row) = rows.next()? {
        number += 1;
        let token = match &columns {
            Ok(columns) => read_row(row, columns),
            Err(fault) => Err(fault.clone()),
        };
        contents.push(Place::Row(number), token);
        if columns.is_err() {
            break;
        }
    }
    Ok(contents)
}

fn read_row(row: &Row<'_>, columns: &[Option<&'static str>]) -> Result<OAuthToken, String> {
    let mut cells = Vec::new();
    for (number, column) in columns.iter().enumerate() {
        let Some(column) = *column else { continue };
        let fault = || format!("{column} is no text");
        let text = match row.get_ref(number).map_err(|_| fault())? {
            ValueRef::Null => continue,
            ValueRef::Integer(number) => number.to_string(),
            ValueRef::Text(text) => std::str::from_utf8(text).map_err(|_| fault())?.to_owned(),
            ValueRef::Real(_) | ValueRef::Blob(_) => return Err(fault()),
        };
        cells.push((column, text));
    }
    Ok(token(
        cells.iter().map(|(column, text)| (*column, text.as_str())),
    ))
}

/// A database with these tokens, as the bytes of its file.
pub fn write(tokens: &[OAuthToken]) -> Result<Vec<u8>, rusqlite::Error> {
    let mut database = Connection::open_in_memory()?;
    database.execute(CREATE, [])?;
    let all = database.transaction()?;
    {
        let mut insert =
            all.prepare("insert into oauthtoken values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")?;
        for token in tokens {
            insert.execute(params_from_iter(texts(token, Reveal::Shown)))?;
        }
    }
    all.commit()?;
    Ok(database.serialize("main")?.to_vec())
}
