//! Listings. Every other row checks them too, after each step.

use crate::OAuthToken;
use crate::testkit::words::*;

pub(super) fn cases() -> Vec<Case> {
    vec![
        case("G01", "empty store").list([]),
        case("G02", "three records").seed(three()).list(three()),
        case(
            "by-id",
            "ordered by id, which is text, not by number or age",
        )
        .seed(["9", "10", "B", "a", "2", "A"].map(|n| id(n).at(&format!("A{n}"))))
        .list(["10", "2", "9", "A", "B", "a"].map(|n| id(n).at(&format!("A{n}")))),
        case("after-changes", "what was changed and removed since")
            .seed(three())
            .save(user(BOB).at("A2b"), updates(two().at("A2b")))
            .delete("1", removes_one())
            .list([two().at("A2b"), third()]),
        case("many", "more records than one request of the service reads")
            .seed(records(45))
            .list(records(45)),
        case(
            "over-a-hundred",
            "more records than any page of an interface holds",
        )
        .seed(records(101))
        .list(records(101)),
        case("all-of-many", "more records than one request removes")
            .seed(records(45))
            .delete_all(removes_all(45))
            .list([]),
    ]
}

/// So many records, ordered by id.
fn records(count: usize) -> Vec<OAuthToken> {
    let record = |n| {
        id(&format!("{n:03}"))
            .user(&format!("user {n}"))
            .rt(&format!("R{n}"))
            .creds()
    };
    (0..count).map(record).collect()
}
