use zoho_token_store::Timestamp;

use super::*;

fn user(name: &str) -> OAuthToken {
    OAuthToken::new().with_user(name).with_client("C", "S")
}

/// A token of a user, whose credentials tell the version.
fn full(name: &str, version: i64) -> OAuthToken {
    user(name)
        .with_refresh_token(format!("R-{name}"))
        .with_access_token(format!("A-{name}-{version}"))
        .with_expires_at(Timestamp::from_millis(version))
}

fn rows(tokens: &[OAuthToken]) -> Vec<Row> {
    let row = |(line, token): (u64, &OAuthToken)| Row {
        place: Place::Line(line),
        token: token.clone(),
    };
    (2..).zip(tokens).map(row).collect()
}

/// What is read, what is stored; what is saved, how the rows are counted (new, changed, stored, older,
/// duplicate, empty), and what is said.
type Case = (
    Vec<OAuthToken>,
    Vec<OAuthToken>,
    Vec<OAuthToken>,
    [usize; 6],
    &'static [&'static str],
);

fn cases() -> Vec<Case> {
    let stored = |token: OAuthToken, id: &str| token.with_id(id);
    vec![
        (vec![], vec![], vec![], [0; 6], &[]),
        (
            vec![
                full("u", 1).with_id("1"),
                full("v", 1).with_id("python_v_prd_3f"),
            ],
            vec![],
            vec![
                full("u", 1).with_id("1"),
                full("v", 1).with_id("python_v_prd_3f"),
            ],
            [2, 0, 0, 0, 0, 0],
            &[],
        ),
        // Nothing is left to do.
        (
            vec![full("u", 1).with_id("1"), full("v", 1)],
            vec![stored(full("u", 1), "1"), stored(full("v", 1), "derived")],
            vec![],
            [0, 0, 2, 0, 0, 0],
            &[],
        ),
        // The store is behind; ahead; has what the row lacks.
        (
            vec![full("u", 2).with_id("1")],
            vec![stored(full("u", 1), "1")],
            vec![full("u", 2).with_id("1")],
            [0, 1, 0, 0, 0, 0],
            &[],
        ),
        (
            vec![full("u", 1).with_id("1")],
            vec![stored(full("u", 2), "1")],
            vec![],
            [0, 0, 0, 1, 0, 0],
            &["line 2: is older than what is stored; left out"],
        ),
        (
            vec![full("u", 1).with_id("1")],
            vec![stored(full("u", 1).with_api_domain("https://d"), "1")],
            vec![],
            [0, 0, 1, 0, 0, 0],
            &[],
        ),
        // The stored id stays.
        (
            vec![full("u", 2).with_id("1")],
            vec![stored(full("u", 1), "derived")],
            vec![full("u", 2).with_id("derived")],
            [0, 1, 0, 0, 0, 0],
            &["line 2: is stored under the id derived, which stays"],
        ),
        // Two rows of one user, whichever comes first.
        (
            vec![
                full("u", 2).with_id("2"),
                full("u", 1).with_id("1").with_grant_token("G"),
            ],
            vec![],
            vec![full("u", 2).with_id("2").with_grant_token("G")],
            [1, 0, 0, 0, 1, 0],
            &["line 2: stands for the same token as line 3; the newer one counts"],
        ),
        (
            vec![full("u", 1), full("u", 1).with_api_domain("https://d")],
            vec![stored(full("u", 1).with_api_domain("https://d"), "x")],
            vec![],
            [0, 0, 1, 0, 1, 0],
            &["line 3: stands for the same token as line 2; the newer one counts"],
        ),
        // Rows without a user are told by their grant or refresh token.
        (
            vec![
                OAuthToken::new()
                    .with_client("C", "S")
                    .with_refresh_token("R"),
                OAuthToken::new()
                    .with_client("C", "S")
                    .with_refresh_token("R2"),
                OAuthToken::new()
                    .with_client("D", "S")
                    .with_refresh_token("R"),
                OAuthToken::new().with_access_token("A"),
            ],
            vec![stored(
                OAuthToken::new()
                    .with_client("C", "S")
                    .with_refresh_token("R"),
                "x",
            )],
            vec![
                OAuthToken::new()
                    .with_client("C", "S")
                    .with_refresh_token("R2"),
                OAuthToken::new()
                    .with_client("D", "S")
                    .with_refresh_token("R"),
                OAuthToken::new().with_access_token("A"),
            ],
            [3, 0, 1, 0, 0, 0],
            &[],
        ),
        // What holds nothing, and what cannot be kept.
        (
            vec![
                user("u").with_id("1"),
                full("o'brien", 1).with_id("python_o'brien_prd_1"),
            ],
            vec![],
            vec![full("o'brien", 1)],
            [1, 0, 0, 0, 0, 1],
            &[
                "line 2: holds no token; left out",
                "line 3: the id \"python_o'brien_prd_1\" cannot be kept",
            ],
        ),
    ]
}

#[test]
fn rows_and_what_is_stored() {
    for (read, stored, saved, counted, said) in cases() {
        let plan = plan(&rows(&read), &stored, OnDuplicate::Newest);
        let counts = Counts {
            new: counted[0],
            changed: counted[1],
            stored: counted[2],
            older: counted[3],
            duplicate: counted[4],
            empty: counted[5],
        };
        assert_eq!(plan.conflicts, [""; 0], "{read:?}");
        assert_eq!(plan.tokens, saved, "{read:?}");
        assert_eq!(plan.counts, counts, "{read:?}");
        assert_eq!(plan.notes, said, "{read:?}");
        assert_eq!(counted.iter().sum::<usize>(), read.len());
    }
}

#[test]
fn conflicts() {
    use OnDuplicate::{Fail, Newest};
    for (read, stored, policy, said) in [
        (
            vec![full("u", 1).with_id("1")],
            vec![full("v", 1).with_id("1")],
            Newest,
            "line 2: its id belongs to the stored token \"1\"",
        ),
        (
            vec![full("u", 1).with_id("1"), full("v", 2).with_id("1")],
            vec![],
            Newest,
            "line 3: its id belongs to line 2",
        ),
        (
            vec![full("u", 1).with_id("1")],
            vec![
                OAuthToken::new()
                    .with_id("1")
                    .with_client_id("C")
                    .with_access_token("A"),
                full("u", 1).with_id("2"),
            ],
            Newest,
            "line 2: its id is that of the stored token \"1\", its user of the stored token \"2\"",
        ),
        (
            vec![OAuthToken::new().with_user("u").with_access_token("A")],
            vec![
                full("u", 1).with_id("1"),
                full("u", 1).with_client_id("D").with_id("2"),
            ],
            Newest,
            "line 2: several tokens answer: it names no client",
        ),
        (
            vec![full("u", 1), full("u", 2)],
            vec![],
            Fail,
            "line 3: stands for the same token as line 2",
        ),
        (
            vec![full("u", 1)],
            vec![full("u", 2).with_id("1")],
            Fail,
            "line 2: is stored already, otherwise",
        ),
    ] {
        let plan = plan(&rows(&read), &stored, policy);
        assert_eq!(plan.conflicts, [said]);
    }
    let same = plan(&rows(&[full("u", 1)]), &[full("u", 1).with_id("1")], Fail);
    assert_eq!((same.conflicts, same.counts.stored), (vec![], 1));
}
