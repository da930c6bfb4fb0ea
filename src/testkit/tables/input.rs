//! Text of every kind, ids, sizes, instants.

use crate::OAuthToken;
use crate::testkit::harness::Capability::SecretSize;
use crate::testkit::words::*;

/// The most that one secret holds, in bytes.
const LIMIT: usize = 65_536;

/// Names that must stay apart: each is a record of its own, found by its very bytes, in every field.
fn apart(code: &'static str, about: &'static str, texts: &[&str]) -> Case {
    let record = |text: &&str| {
        let name = format!("${text}");
        user(text)
            .rt(text)
            .with_client(*text, *text)
            .with_redirect_url(*text)
            .keyed(&name)
    };
    let given = |text: &&str| {
        user(text)
            .rt(text)
            .with_client(*text, *text)
            .with_redirect_url(*text)
    };
    let mut row = case(code, about);
    for text in texts {
        row = row.save(given(text), creates(record(text)));
    }
    for text in texts {
        row = row
            .find(user(text), gives(record(text)))
            .find(rt(text).with_client(*text, *text), gives(record(text)))
            .save(given(text), unchanged(record(text)));
    }
    row
}

/// An id that can be used.
fn usable(code: &'static str, text: &str) -> Case {
    case(code, "an id that a secret name can hold")
        .save(one().keyed(text), creates(one().keyed(text)))
        .by_id(text, gives(one().keyed(text)))
        .find(user(ALICE), gives(one().keyed(text)))
        .save(id(text).at("A1b"), updates(one().at("A1b").keyed(text)))
        .delete(text, removes_one())
        .by_id(text, nothing())
}

/// An id that cannot be used.
fn unusable(code: &'static str, text: &str) -> Case {
    case(
        code,
        "an id that no secret name can hold: refused for saving, found nowhere",
    )
    .seed(three())
    .save(
        nine().keyed(text),
        fails_naming(InvalidInput, "ASCII letters, digits and /_+=.@-"),
    )
    .by_id(text, nothing())
    .find(id(text), nothing())
    .delete(text, removes_none())
}

/// A record with an access token that makes it `excess` bytes larger than a secret may be.
fn sized(excess: isize) -> OAuthToken {
    let overhead = r#"{"schema":1,"id":"1","access_token":""}"#.len();
    id("1").at(&"x".repeat((LIMIT - overhead).saturating_add_signed(excess)))
}

pub(super) fn cases() -> Vec<Case> {
    vec![
        apart(
            "unicode",
            "any script, and what is not in any",
            &["ärger", "東京", "عمر", "👩‍💻", "\u{0}", "\u{feff}x"],
        ),
        apart(
            "nfc-nfd",
            "composed and decomposed letters are different",
            &["caf\u{e9}", "cafe\u{301}"],
        ),
        apart(
            "case",
            "letters in different case are different",
            &["anna", "Anna", "ANNA", "straße", "STRASSE"],
        ),
        apart(
            "blanks",
            "blanks count wherever they are",
            &["a", " a", "a ", "a\t", "\u{a0}a", " "],
        ),
        apart(
            "lines",
            "line breaks are kept",
            &["a\nb", "a\r\nb", "a\rb", "ab", "a\u{2028}b"],
        ),
        apart(
            "quotes",
            "quotes, backslashes, commas are kept",
            &["\"", "'", "a,b", "\\", "\\\"", "\\u0041", "`"],
        ),
        apart(
            "sql",
            "SQL is text",
            &[
                "x' or '1'='1",
                "'; drop table oauthtoken; --",
                "%",
                "_",
                "*",
            ],
        ),
        apart(
            "json",
            "JSON is text",
            &["{}", "null", "{\"schema\":1}", "[1]", "0", "true"],
        ),
        apart(
            "lookalikes",
            "letters that look alike are different",
            &["a", "а", "ａ"],
        ),
        apart(
            "long-names",
            "names that differ after 300 characters are different",
            &[
                &format!("{}1", "n".repeat(300)),
                &format!("{}2", "n".repeat(300)),
            ],
        ),
        usable("id-alphabet", "AZaz09/_+=.@-x"),
        usable("id-number", "0"),
        usable("id-imported", "python_alice.b_PRD_1f2e"),
        usable("id-slashes", "a/token/b/index/00"),
        usable("id-long", &"i".repeat(300)),
        unusable("id-blank", "a b"),
        unusable("id-accent", "naïve"),
        unusable("id-sign", "a#b"),
        unusable("id-line", "a\nb"),
        unusable("id-star", "*"),
        unusable("id-too-long", &"i".repeat(513)),
        case("id-empty", "an empty id is not set")
            .seed(three())
            .find(id("").user(ALICE), gives(one()))
            .by_id("", nothing())
            .save(nine().keyed(""), creates_new(nine())),
        case("id-case", "ids in different case are different")
            .seed([one().keyed("a"), two().keyed("A")])
            .by_id("a", gives(one().keyed("a")))
            .by_id("A", gives(two().keyed("A")))
            .delete("A", removes_one()),
        case(
            "largest",
            "the largest record that a secret holds, and one byte more",
        )
        .requires(SecretSize)
        .save(sized(1), fails_naming(TooLarge, "65537"))
        .save(sized(0), creates(sized(0)))
        .by_id("1", gives(sized(0)))
        .save(sized(1), fails_naming(TooLarge, "65537")),
        case(
            "too-large-update",
            "a part that makes the record too large is not written",
        )
        .requires(SecretSize)
        .seed(three())
        .save(user(ALICE).at(&"x".repeat(LIMIT)), fails(TooLarge))
        .find(user(ALICE), gives(one())),
        case(
            "too-large-bytes",
            "bytes count, not characters, and as they are written",
        )
        .requires(SecretSize)
        .save(at(&"€".repeat(LIMIT / 3 + 1)), fails(TooLarge))
        .save(at(&"\"".repeat(LIMIT / 2)), fails(TooLarge)),
        case(
            "instants",
            "every instant is kept: past, before 1970, and the ends of time",
        )
        .seed([one().exp(0)])
        .by_id("1", gives(one().exp(0)))
        .save(id("1").exp(-1), updates(one().exp(-1)))
        .save(id("1").exp(i64::MAX), updates(one().exp(i64::MAX)))
        .by_id("1", gives(one().exp(i64::MAX)))
        .save(id("1").exp(i64::MIN), updates(one().exp(i64::MIN))),
        case(
            "no-instant",
            "no expiry is kept as none, and is not the epoch",
        )
        .save(at("A"), creates_new(at("A")))
        .save(at("A").exp(0), updates(id("$new").at("A").exp(0))),
    ]
}
