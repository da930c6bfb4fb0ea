//! The columns of Zoho's stores, which came in three generations.

use zoho_token_store::{OAuthToken, Timestamp};

use crate::columns::COLUMNS;

/// The columns of a file of the first SDKs (2020), in their order.
const FIRST: [&str; 6] = [
    "user_name",
    "client_id",
    "refresh_token",
    "access_token",
    "grant_token",
    "expiry_time",
];

/// Columns of a file with so many: `None` if no SDK wrote such a file.
pub fn columns(count: usize) -> Option<&'static [&'static str]> {
    match count {
        6 => Some(&FIRST),
        // 2021: all but the API domain.
        9 => Some(&COLUMNS[..9]),
        10 => Some(&COLUMNS),
        _ => None,
    }
}

/// A column by the name that it has in any SDK; `None` if it is none of theirs.
pub fn column(name: &str) -> Option<&'static str> {
    let name = match name {
        "user_mail" => "user_name",
        "redirect_uri" => "redirect_url",
        name => name,
    };
    COLUMNS.into_iter().find(|column| *column == name)
}

/// The columns of a database table by their names; `None` for those that are no part of a token.
pub fn table_columns<'a>(
    names: impl Iterator<Item = &'a str>,
) -> Result<Vec<Option<&'static str>>, String> {
    let columns: Vec<_> = names
        .map(|name| column(&name.to_ascii_lowercase()))
        .collect();
    let needed = ["client_id", "refresh_token", "access_token"];
    match needed
        .iter()
        .find(|column| !columns.contains(&Some(column)))
    {
        Some(absent) => Err(format!("the table has no column {absent}")),
        None => Ok(columns),
    }
}

/// The name of a table, safe in a statement.
#[derive(Clone, Debug)]
pub struct TableName(String);

impl std::str::FromStr for TableName {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        match !text.is_empty() && text.bytes().all(is_plain) {
            true => Ok(Self(text.to_owned())),
            false => Err("a table's name has ASCII letters, digits and underscores"),
        }
    }
}

impl std::fmt::Display for TableName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// A token from columns and their texts. An empty text is the same as none; an expiry that is no
/// number means expired.
pub fn token<'a>(cells: impl IntoIterator<Item = (&'static str, &'a str)>) -> OAuthToken {
    let set = cells.into_iter().filter(|(_, text)| !text.is_empty());
    set.fold(OAuthToken::new(), |token, (column, text)| match column {
        "id" => token.with_id(text),
        "user_name" => token.with_user(text),
        "client_id" => token.with_client_id(text),
        "client_secret" => token.with_client_secret(text),
        "refresh_token" => token.with_refresh_token(text),
        "access_token" => token.with_access_token(text),
        "grant_token" => token.with_grant_token(text),
        "expiry_time" => token.with_expires_at(expiry(text)),
        "redirect_url" => token.with_redirect_url(text),
        "api_domain" => token.with_api_domain(text),
        _ => token,
    })
}

fn expiry(text: &str) -> Timestamp {
    text.trim()
        .parse()
        .map_or(Timestamp::EPOCH, Timestamp::from_millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_all_generations() {
        for (name, expected) in [
            ("id", Some("id")),
            ("user_mail", Some("user_name")),
            ("user_name", Some("user_name")),
            ("redirect_uri", Some("redirect_url")),
            ("redirect_url", Some("redirect_url")),
            ("find_user", None),
            ("", None),
        ] {
            assert_eq!(column(name), expected, "{name}");
        }
    }

    #[test]
    fn tables_are_told_by_their_columns() {
        let first = [
            "id",
            "user_mail",
            "client_id",
            "refresh_token",
            "access_token",
            "x",
        ];
        let columns = table_columns(first.into_iter()).unwrap();
        assert_eq!(columns[..2], [Some("id"), Some("user_name")]);
        assert_eq!(columns[5], None);
        let fault = table_columns(["id", "name"].into_iter()).unwrap_err();
        assert_eq!(fault, "the table has no column client_id");
        for (name, good) in [
            ("oauthtoken", true),
            ("a_1", true),
            ("", false),
            ("a`b", false),
        ] {
            assert_eq!(name.parse::<TableName>().is_ok(), good, "{name}");
        }
    }

    #[test]
    fn empty_is_absent_and_an_unreadable_expiry_is_expired() {
        for (text, millis) in [
            ("4102444800000", Some(4_102_444_800_000)),
            (" 5 ", Some(5)),
            ("soon", Some(0)),
            ("1.5e12", Some(0)),
            ("", None),
        ] {
            let token = token([("user_name", ""), ("expiry_time", text)]);
            assert_eq!(token.expires_at(), millis.map(Timestamp::from_millis));
            assert_eq!(token.user_name(), None);
        }
    }
}
