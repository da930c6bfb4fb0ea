//! Checks of the harness itself.

mod faults;

use std::collections::BTreeSet;

use libtest_mimic::{Failed, Trial};

use zoho_token_store::testkit::{self, Handle};

use crate::contract::{self, words::*};
use crate::target::{Target, is_loopback};

pub fn trials() -> Vec<Trial> {
    vec![
        Trial::test("harness::cases", cases),
        Trial::test("harness::loopback", loopback),
        Trial::test("harness::report", report),
        Trial::test("harness::faults", faults::are_reported),
        Trial::test("harness::left_out", faults::are_left_out),
        Trial::test("harness::no_group", faults::no_group),
    ]
}

/// Codes are unique in their table, and the 70 observed cases are all there.
fn cases() -> Result<(), Failed> {
    let (mut codes, mut names) = (BTreeSet::new(), BTreeSet::new());
    for case in testkit::cases() {
        codes.insert(case.code());
        if !names.insert(case.name()) {
            return Err(format!("{} is there twice", case.name()).into());
        }
    }
    let mut observed: Vec<String> = ["S12b", "S17b"].map(String::from).into();
    for (letter, last) in [
        ("F", 25),
        ("S", 25),
        ("D", 6),
        ("G", 2),
        ("X", 2),
        ("I", 6),
        ("Z", 2),
    ] {
        observed.extend((1..=last).map(|n| format!("{letter}{n:02}")));
    }
    let absent: Vec<&String> = observed
        .iter()
        .filter(|code| !codes.contains(&***code))
        .collect();
    if observed.len() != 70 || !absent.is_empty() {
        return Err(format!("of {} observed cases, absent: {absent:?}", observed.len()).into());
    }
    Ok(())
}

/// Emulators are only ever looked for on this machine.
fn loopback() -> Result<(), Failed> {
    for (url, expected) in [
        ("http://127.0.0.1:4566", true),
        ("http://127.8.9.1:4566/", true),
        ("http://localhost:4566/x", true),
        ("https://[::1]:4566", true),
        ("http://localhost.evil.test", false),
        ("http://127.0.0.1.evil.test", false),
        ("http://127.0.0.1@evil.test", false),
        ("http://user:127.0.0.1@evil.test/", false),
        ("http://evil.test\\@127.0.0.1", false),
        ("http://10.0.0.1:4566", false),
        ("http://0.0.0.0:4566", false),
        ("https://secretsmanager.us-east-1.amazonaws.com", false),
        ("ftp://127.0.0.1", false),
        ("127.0.0.1:4566", false),
        ("", false),
    ] {
        if is_loopback(url) != expected {
            return Err(format!("{url:?}: expected {expected}").into());
        }
    }
    Ok(())
}

/// The runner notices what is wrong, and says where and what.
fn report() -> Result<(), Failed> {
    for (case, parts) in [
        (
            case("c1", "a wrong look-up")
                .seed(three())
                .find(user(ALICE), gives(two())),
            &[
                "c1: a wrong look-up",
                "step 1/1: find_token({user=\"alice@",
                "expected: {id=\"2\"",
                "got:      {id=\"1\"",
            ][..],
        ),
        (
            case("c2", "a wrong outcome")
                .seed(three())
                .save(one(), updates(one())),
            &[
                "expected: updated {id=\"1\"",
                "got:      unchanged {id=\"1\"",
            ],
        ),
        (
            case("c3", "a wrong error").find(token(), fails(Conflict)),
            &[
                "expected: the error Conflict",
                "got:      error InvalidInput: find_token: ",
            ],
        ),
        (
            case("c4", "a wrong record")
                .seed([one()])
                .save(at("A9"), creates_new(at("A8"))),
            &[
                "expected: created {id=\"$new\" at=\"A8\"}",
                "got:      created {id=",
            ],
        ),
        (
            case("c5", "a wrong listing").seed([one()]).list([]),
            &["expected: no records", "got:      1 records:"],
        ),
        (
            case("c6", "two records instead of one").save_at_once(
                [(Handle::First, at("A")), (Handle::Second, at("B"))],
                [at("A").keyed("$it")],
            ),
            &[
                "step 1/1, at once:",
                "the store must hold 1 records",
                "but get_tokens gives 2 records",
            ],
        ),
        (
            case("c7", "a wrong seed").seed([one(), one()]),
            &["seed:     save {id=\"1\"", "whose id is not a new one"],
        ),
    ] {
        let target = Target::Memory;
        let Err(failed) = target.block_on(contract::run(&case, target)) else {
            return Err(format!("{} passed", case.code()).into());
        };
        let text = failed.message().unwrap_or_default();
        if let Some(part) = parts.iter().find(|part| !text.contains(**part)) {
            return Err(format!("the report lacks {part:?}:\n{text}").into());
        }
    }
    Ok(())
}
