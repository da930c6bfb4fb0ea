//! Rules about what may be named where.

use super::Violations;
use super::sources::{File, Line, Sources};

/// AWS is called in one layer. Others may hand a client through, and no more.
pub fn aws_calls(sources: &Sources) -> Violations {
    let allowed = &["src/secrets.rs", "src/secrets/", "src/simulator"];
    let calls = |line: &str| {
        let more_than_client = |rest: &str| {
            let client = rest.strip_prefix("::Client");
            client.is_none_or(|rest| rest.starts_with(|c: char| c == ':' || c.is_alphanumeric()))
        };
        let names = line
            .split("aws_sdk_secretsmanager")
            .skip(1)
            .any(more_than_client);
        names || line.contains(".send()")
    };
    let fault = "only src/secrets.rs and src/secrets/ may call AWS; elsewhere only the type Client";
    forbid(sources, &["src/"], allowed, calls, fault)
}

/// The cache can be replaced without touching anything else.
pub fn cache_engine(sources: &Sources) -> Violations {
    let allowed = &["src/cache.rs", "src/cache/"];
    forbid(
        sources,
        &["src/"],
        allowed,
        |line| has_word(line, "moka"),
        "moka is for src/cache.rs and src/cache/",
    )
}

/// Tests and the simulator can set the time.
pub fn clock(sources: &Sources) -> Violations {
    let reads = |line: &str| {
        ["SystemTime::now", "Instant::now"]
            .iter()
            .any(|now| line.contains(now))
    };
    forbid(
        sources,
        &["src/"],
        &["src/clock.rs", "src/simulator"],
        reads,
        "only src/clock.rs reads the clock",
    )
}

/// The store works with any client; only one file makes one from the surroundings.
pub fn aws_configuration(sources: &Sources) -> Violations {
    let names = |line: &str| has_word(line, "aws_config");
    forbid(
        sources,
        &["src/"],
        &["src/connect.rs"],
        names,
        "only src/connect.rs may use aws_config",
    )
}

/// The library does what its caller says, not what its surroundings say.
pub fn environment(sources: &Sources) -> Violations {
    let names = |line: &str| {
        let grouped = line.trim_start().starts_with("use std::{") && has_word(line, "env");
        line.contains("std::env") || grouped
    };
    forbid(
        sources,
        &["src/"],
        &["src/bin/"],
        names,
        "only programs read the environment",
    )
}

/// Nothing panics: what can fail returns an error.
pub fn panics(sources: &Sources) -> Violations {
    let panics = |line: &str| {
        let words = [
            ".unwrap()",
            ".expect(",
            ".unwrap_err()",
            "panic!",
            "todo!",
            "unimplemented!",
            "unreachable!",
        ];
        words.iter().any(|word| line.contains(word))
    };
    forbid(sources, &["src/"], &[], panics, "this can panic")
}

/// What can be decided without AWS is decided without waiting, clock, log or chance.
pub fn purity(sources: &Sources) -> Violations {
    let effects = |line: &str| {
        [
            "async", "await", "tokio", "tracing", "fastrand", "Clock", "now()",
        ]
        .iter()
        .any(|word| {
            if *word == "now()" {
                line.contains(word)
            } else {
                has_word(line, word)
            }
        })
    };
    forbid(
        sources,
        &["src/rules.rs", "src/rules/"],
        &[],
        effects,
        "rules have no effects",
    )
}

/// Tests wait for what they need, not for time to pass.
pub fn sleeps(sources: &Sources) -> Violations {
    // This very file names what it forbids.
    let allowed = &["tests/it/tidy.rs", "tests/it/tidy/"];
    let sleeps = |line: &str| line.contains("thread::sleep");
    forbid(
        sources,
        &["src/", "tests/"],
        allowed,
        sleeps,
        "tests do not sleep",
    )
}

/// Lines of code below `within`, except in `allowed`, that are as they must not be.
fn forbid(
    sources: &Sources,
    within: &'static [&'static str],
    allowed: &[&str],
    is_fault: impl Fn(&str) -> bool,
    fault: &str,
) -> Violations {
    let is_allowed = |file: &&File| allowed.iter().any(|start| file.path.starts_with(start));
    let faults = |file: &File| -> Violations {
        let wrong = |line: &&Line| is_fault(&line.text);
        let at = |line: &Line| file.at(line.number, &format!("{fault}: {}", line.text.trim()));
        file.code().filter(wrong).map(at).collect()
    };
    let files = sources.rust(within).filter(|file| !is_allowed(file));
    files.flat_map(faults).collect()
}

fn has_word(line: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    line.split(|c| !is_part(c)).any(|part| part == word)
}
