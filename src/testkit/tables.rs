//! The contract, as tables.
//!
//! A row is a [`Case`]: a code, a line that says what it is about, what the store holds, and steps,
//! each with what the contract asks for. To add one, write it into the table it belongs to; the
//! runner checks the rest (that nothing else changed, that listings agree, that a process with an
//! empty cache finds every record).
//!
//! Codes such as `F01` and `S12b` are those of the 70 cases in which Zoho's own SDK stores were
//! observed. Rows with such a code say what the contract asks for, not what Zoho's stores do.

mod behind;
mod clients;
mod delete;
mod find;
mod identity;
mod input;
mod list;
mod partial;
mod processes;
mod races;
mod redaction;
mod roundtrip;
mod save;

use super::case::Case;

/// Every table with its name.
pub(super) fn all() -> [(&'static str, Vec<Case>); 13] {
    [
        ("roundtrip", roundtrip::cases()),
        ("find", find::cases()),
        ("clients", clients::cases()),
        ("save", save::cases()),
        ("partial", partial::cases()),
        ("identity", identity::cases()),
        ("delete", delete::cases()),
        ("list", list::cases()),
        ("input", input::cases()),
        ("processes", processes::cases()),
        ("races", races::cases()),
        ("behind", behind::cases()),
        ("redaction", redaction::cases()),
    ]
}
