//! Who writes what: eight records are written by five workers each, the others by one.

use zoho_token_store::OAuthToken;

use crate::ledger::{FIELDS, label, named};

pub const WORKERS: usize = 8;
/// Records that several workers write.
const SHARED: usize = 8;
/// Records of its own that a worker has at a time.
const OWN: usize = 5;

/// A shared record: two clients of each of four users.
pub fn shared(number: usize) -> OAuthToken {
    named(&format!("user-{}", number / 2), ["C", "D"][number % 2])
}

/// The shared records in which a worker has a field, and that field. Any two workers meet somewhere.
pub fn fields(worker: usize) -> impl Iterator<Item = (OAuthToken, &'static str)> {
    (0..SHARED).filter_map(move |record| {
        let field = FIELDS.get((worker + WORKERS - record) % WORKERS)?;
        Some((shared(record), *field))
    })
}

/// The records that are a worker's alone, each of a user of its own, and all of its own client.
pub fn own(worker: usize, retired: &[String]) -> Vec<OAuthToken> {
    let name = |number| {
        named(
            &format!("own-{worker}-{number}"),
            &format!("client-{worker}"),
        )
    };
    let is_in_use = |name: &OAuthToken| !retired.contains(&label(name));
    (0..).map(name).filter(is_in_use).take(OWN).collect()
}

/// Which field of its own records a worker numbers. With refresh tokens the index has to follow: one
/// worker in four is enough to use up the daily writes of a page.
pub fn own_field(worker: usize) -> &'static str {
    match worker % 4 {
        0 => "refresh_token",
        _ => "access_token",
    }
}

/// The field that is the worker's in the record with this label.
pub fn field(worker: usize, record: &str) -> &'static str {
    fields(worker)
        .find(|(name, _)| label(name) == record)
        .map_or(own_field(worker), |(_, field)| field)
}
