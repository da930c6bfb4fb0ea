//! What the repository promises about itself, read from its files.
//!
//! A rule is a function from the files to its violations, each with file and line.

mod documents;
mod signatures;
mod sources;
mod words;

use std::path::Path;

use libtest_mimic::{Failed, Trial};
use sources::Sources;

/// Where a rule does not hold: `file:line: what is wrong`.
type Violations = Vec<String>;

/// A rule's name and how to check it.
type Rule = (&'static str, fn(&Sources) -> Violations);

const RULES: &[Rule] = &[
    ("aws_calls_in_one_place", words::aws_calls),
    ("cache_engine_in_one_place", words::cache_engine),
    ("clock_in_one_place", words::clock),
    ("aws_configuration_in_one_place", words::aws_configuration),
    ("environment_in_programs_only", words::environment),
    ("nothing_panics", words::panics),
    ("rules_are_pure", words::purity),
    ("tests_do_not_sleep", words::sleeps),
    ("files_are_short", sources::lengths),
    ("names_without_get", signatures::names),
    ("no_bool_parameters", signatures::bools),
    ("architecture_is_a_map", documents::architecture),
    ("links_resolve", documents::links),
    ("unit_tests_come_last", sources::tests_last),
];

pub fn trials() -> Vec<Trial> {
    let trial = |&(name, rule): &Rule| Trial::test(format!("tidy::{name}"), move || check(rule));
    let mut trials: Vec<Trial> = RULES.iter().map(trial).collect();
    trials.push(Trial::test(
        "tidy::rules_find_violations",
        violations_are_found,
    ));
    trials
}

fn check(rule: fn(&Sources) -> Violations) -> Result<(), Failed> {
    let sources = Sources::read(Path::new(env!("CARGO_MANIFEST_DIR")))?;
    match rule(&sources) {
        violations if violations.is_empty() => Ok(()),
        violations => Err(violations.join("\n").into()),
    }
}

/// Each rule about sources finds what it is there to find, and nothing in tests and comments.
fn violations_are_found() -> Result<(), Failed> {
    for (rule, path, text, line) in [
        (
            "aws_calls_in_one_place",
            "src/a.rs",
            "use aws_sdk_secretsmanager::types::Tag;",
            Some(1),
        ),
        (
            "aws_calls_in_one_place",
            "src/a.rs",
            "use aws_sdk_secretsmanager::Client;",
            None,
        ),
        (
            "aws_calls_in_one_place",
            "src/a.rs",
            "use aws_sdk_secretsmanager::{Client, types::Tag};",
            Some(1),
        ),
        (
            "aws_calls_in_one_place",
            "src/a.rs",
            "\nclient.get_secret_value().send().await",
            Some(2),
        ),
        (
            "aws_calls_in_one_place",
            "src/secrets/a.rs",
            "use aws_sdk_secretsmanager::types::Tag;",
            None,
        ),
        (
            "cache_engine_in_one_place",
            "src/a.rs",
            "use moka::sync::Cache;",
            Some(1),
        ),
        (
            "cache_engine_in_one_place",
            "src/cache.rs",
            "use moka::sync::Cache;",
            None,
        ),
        (
            "clock_in_one_place",
            "src/a.rs",
            "let now = Instant::now();",
            Some(1),
        ),
        (
            "clock_in_one_place",
            "src/a.rs",
            "// let now = Instant::now();",
            None,
        ),
        (
            "clock_in_one_place",
            "src/simulator/time.rs",
            "let now = Instant::now();",
            None,
        ),
        (
            "aws_configuration_in_one_place",
            "src/a.rs",
            "aws_config::load()",
            Some(1),
        ),
        (
            "environment_in_programs_only",
            "src/a.rs",
            "use std::env;",
            Some(1),
        ),
        (
            "environment_in_programs_only",
            "src/a.rs",
            "use std::{env, fmt};",
            Some(1),
        ),
        (
            "environment_in_programs_only",
            "src/bin/a.rs",
            "use std::env;",
            None,
        ),
        (
            "nothing_panics",
            "src/a.rs",
            "fn f() {\n    x.unwrap();\n}",
            Some(2),
        ),
        (
            "nothing_panics",
            "src/a.rs",
            "/// x.unwrap();\nfn f() {}",
            None,
        ),
        (
            "nothing_panics",
            "src/a.rs",
            "#[cfg(test)]\nmod tests {\n    fn f() {\n        x.unwrap();\n    }\n}\n",
            None,
        ),
        (
            "nothing_panics",
            "src/a.rs",
            "#[cfg(test)]\nfn f() {\n    x.unwrap();\n}\nfn g() {\n    x.unwrap();\n}",
            Some(6),
        ),
        (
            "rules_are_pure",
            "src/rules/a.rs",
            "async fn f() {}",
            Some(1),
        ),
        (
            "tests_do_not_sleep",
            "tests/it/a.rs",
            "thread::sleep(x);",
            Some(1),
        ),
        (
            "names_without_get",
            "src/a.rs",
            "pub fn get_it() {}",
            Some(1),
        ),
        (
            "names_without_get",
            "src/a.rs",
            "pub async fn get_tokens() {}",
            None,
        ),
        (
            "no_bool_parameters",
            "src/a.rs",
            "pub fn f(\n    a: u8,\n    b: bool,\n) {\n}",
            Some(1),
        ),
        (
            "no_bool_parameters",
            "src/a.rs",
            "pub fn f(a: Option<bool>) {}",
            Some(1),
        ),
        (
            "no_bool_parameters",
            "src/a.rs",
            "pub fn f(a: impl Fn(u8) -> bool) -> bool {}",
            None,
        ),
        ("no_bool_parameters", "src/a.rs", "fn f(a: bool) {}", None),
        ("files_are_short", "src/a.rs", &"x\n".repeat(401), Some(401)),
        ("files_are_short", "src/a.rs", &"x\n".repeat(400), None),
        (
            "unit_tests_come_last",
            "src/a.rs",
            "#[cfg(test)]\nmod tests {\n}\nfn f() {}",
            Some(4),
        ),
        ("links_resolve", "a.md", "[x](b.md) [y](https://y)", Some(1)),
        (
            "links_resolve",
            "a.md",
            "```\n[x](b.md)\n```\n[a](a.md#b) [c](#c)",
            None,
        ),
        (
            "architecture_is_a_map",
            "ARCHITECTURE.md",
            &"x\n".repeat(151),
            Some(151),
        ),
    ] {
        let Some((_, check)) = RULES.iter().find(|(name, _)| *name == rule) else {
            return Err(format!("there is no rule {rule}").into());
        };
        let found = check(&Sources::of(path, text));
        let expected: Vec<String> = line
            .map(|line| format!("{path}:{line}: "))
            .into_iter()
            .collect();
        let same = found.len() == expected.len()
            && found
                .iter()
                .zip(&expected)
                .all(|(found, start)| found.starts_with(start));
        if !same {
            return Err(format!("{rule} on {text:?}: expected {expected:?}, got {found:?}").into());
        }
    }
    Ok(())
}
