//! Lost updates: five processes write at the same time, and every acknowledged write is counted.
//!
//! Why each process counts in a field of its own: [`Case::count_at_once`].

use crate::OAuthToken;
use crate::testkit::harness::Capability::AtomicWrites;
use crate::testkit::harness::Handle;
use crate::testkit::words::*;

/// Five processes, each with ten users of its own.
fn users(of: usize) -> impl Iterator<Item = OAuthToken> {
    (0..10).map(move |n| {
        user(&format!("user {n} of process {of}"))
            .rt(&format!("R{of}.{n}"))
            .creds()
    })
}

/// A record in which nothing is counted yet.
fn uncounted() -> OAuthToken {
    id("1").user(ALICE).rt("R1").gt("G1").with_client_id("cid")
}

pub(super) fn cases() -> Vec<Case> {
    let processes = || (0..).zip(Handle::PROCESSES);
    let cases = [
        case(
            "counter",
            "five processes count to ten in fields of one record: the sum is 50",
        )
        .seed([uncounted()])
        .count_at_once(10),
        case(
            "counter-of-three",
            "likewise where other records are beside it, which stay",
        )
        .seed([uncounted(), two(), third()])
        .count_at_once(3),
        case(
            "fifty-new",
            "five processes save ten new tokens each: 50 records",
        )
        .save_in_turn_at_once(
            processes().map(|(n, process)| (process, users(n).collect())),
            processes()
                .flat_map(|(of, _)| (0..).zip(users(of)).map(move |(n, token)| (of, n, token)))
                .map(|(of, n, token)| token.keyed(&format!("${of}.{n}")))
                .collect::<Vec<_>>(),
        ),
        case(
            "five-of-one",
            "five processes save one new token, three times each: one record",
        )
        .save_in_turn_at_once(
            processes().map(|(_, process)| (process, vec![nine().user("u"); 3])),
            [nine().user("u").keyed("$it")],
        ),
        case(
            "two-clients",
            "five processes save a user's tokens of two clients: two records",
        )
        .save_in_turn_at_once(
            processes().map(|(_, process)| {
                let of = |client| user("u").rt("R").of(client);
                (process, vec![of("A"), of("B")])
            }),
            [
                user("u").rt("R").of("A").keyed("$a"),
                user("u").rt("R").of("B").keyed("$b"),
            ],
        ),
    ];
    cases.map(|case| case.requires(AtomicWrites)).into()
}
