//! The forms in which tokens are kept elsewhere: by Zoho's SDKs, and as JSON.

pub mod generation;
pub mod json;
pub mod mysql;
pub mod sqlite;
pub mod zoho_file;

use zoho_token_store::OAuthToken;

/// What was read from a source. Nothing in it is quoted in a message but places and names of columns.
#[derive(Debug, Default, Eq, PartialEq)]
pub struct Contents {
    pub rows: Vec<Row>,
    /// Rows that cannot be understood.
    pub faults: Vec<Fault>,
}

/// A token and where it stands.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Row {
    pub place: Place,
    pub token: OAuthToken,
}

/// A row that cannot be understood.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Fault {
    pub place: Place,
    pub message: String,
}

/// A place in a source, counted from 1.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Place {
    /// Of a file.
    Line(u64),
    /// Of a table, or of a list.
    Row(u64),
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Line(number) => write!(f, "line {number}"),
            Self::Row(number) => write!(f, "row {number}"),
        }
    }
}

impl Contents {
    /// Takes in a row, or why there is none.
    pub fn push(&mut self, place: Place, token: Result<OAuthToken, String>) {
        match token {
            Ok(token) => self.rows.push(Row { place, token }),
            Err(message) => self.faults.push(Fault { place, message }),
        }
    }
}
