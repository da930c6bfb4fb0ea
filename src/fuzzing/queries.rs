//! What a query means and what a save makes, against the contract written down once more, plainly.

use super::{maybe, text, token, with};
use crate::rules::matching::{Field, Key, Lookup, Match, lookup, save_key};
use crate::rules::merge as rules;
use crate::{ErrorKind, OAuthToken, Secret, TokenId};

/// A query finds what the contract says among any records, and nothing of another user or client.
pub(super) fn query(data: &[u8]) {
    with(data, |input| {
        let own_client = maybe(input, |input| text(input).map(str::to_owned))?;
        let own_client = own_client.as_deref().filter(|client| !client.is_empty());
        let mut query = token(input)?;
        if input.ratio(1, 8)? {
            query = query.with_id(text(input)?);
        }
        let mut records = Vec::new();
        for n in 0..input.int_in_range(0..=4)? {
            records.push(token(input)?.with_id(n.to_string()));
        }
        let expected = decided(&query, own_client);
        match lookup(&query, own_client) {
            Ok(Lookup::Id(id)) => assert_eq!(Some(id), query.id()),
            Ok(Lookup::Key(key)) => {
                assert!(query.id().is_none());
                assert_eq!(Some(key), expected);
                chooses(&key, &records);
            }
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::InvalidInput);
                assert!(query.id().is_none() && expected.is_none(), "{error}");
            }
        }
        let key = save_key(&query, own_client);
        assert_eq!(key, expected.or_else(|| recognised(&query)));
        if let Some(key) = key {
            chooses(&key, &records);
            assert!(
                key.client.is_some() || key.is_answered_by(&query),
                "a save misses itself"
            );
        }
        Ok(())
    });
}

fn shown(secret: Option<&Secret>) -> Option<&str> {
    secret.map(Secret::expose)
}

/// Rules 2 to 5 of the contract: the first whose guard holds.
fn decided<'a>(query: &'a OAuthToken, own_client: Option<&'a str>) -> Option<Key<'a>> {
    let client = query.client_id();
    let has_client = client.is_some() && query.client_secret().is_some();
    let has_none = client.is_none() && query.client_secret().is_none();
    let user = query.user_name().map(Field::User);
    let access = shown(query.access_token()).map(Field::Access);
    let grant = shown(query.grant_token()).map(Field::Grant);
    let refresh = shown(query.refresh_token()).map(Field::Refresh);
    let rules = [
        (user, true, client.or(own_client)),
        (access, has_none, None),
        (grant, has_client, client),
        (refresh, has_client, client),
    ];
    rules.into_iter().find_map(|(field, guard, client)| {
        let field = field.filter(|_| guard)?;
        Some(Key { field, client })
    })
}

/// Where no rule decides, a save goes by whatever recognises the token.
fn recognised(token: &OAuthToken) -> Option<Key<'_>> {
    let client = token.client_id();
    let field = match (token.grant_token(), token.refresh_token()) {
        (Some(grant), _) => Field::Grant(grant.expose()),
        (None, Some(refresh)) => Field::Refresh(refresh.expose()),
        (None, None) => Field::Access(token.access_token()?.expose()),
    };
    Some(Key { field, client })
}

/// The choice is that of plain filters.
fn chooses(key: &Key<'_>, records: &[OAuthToken]) {
    let has_field = |record: &&OAuthToken| match key.field {
        Field::User(name) => record.user_name() == Some(name),
        Field::Access(text) => shown(record.access_token()) == Some(text),
        Field::Grant(text) => shown(record.grant_token()) == Some(text),
        Field::Refresh(text) => shown(record.refresh_token()) == Some(text),
    };
    let agrees = |record: &&OAuthToken| match (key.client, record.client_id()) {
        (Some(wanted), Some(held)) => wanted == held,
        _ => true,
    };
    let answers: Vec<_> = records.iter().filter(has_field).filter(agrees).collect();
    let of_client =
        |record: &&&OAuthToken| key.client.is_some() && record.client_id() == key.client;
    let exact: Vec<_> = answers.iter().filter(of_client).copied().collect();
    let expected = if exact.is_empty() { answers } else { exact };
    let expected: Vec<Option<&TokenId>> = expected.iter().map(|record| record.id()).collect();
    match key.choose(records, |record| record) {
        Match::None => assert!(expected.is_empty(), "{key:?} missed {expected:?}"),
        Match::One(record) => assert_eq!(expected, [record.id()], "{key:?}"),
        Match::Ambiguous(ids) => {
            assert!(ids.len() > 1);
            assert_eq!(
                expected,
                ids.iter().map(Some).collect::<Vec<_>>(),
                "{key:?}"
            );
        }
    }
}

/// A merge takes each field that is set, keeps each that is not, and keeps the id; twice is as once.
pub(super) fn merge(data: &[u8]) {
    with(data, |input| {
        let stored = token(input)?.with_id("7");
        let incoming = token(input)?.with_id(text(input)?);
        let merged = rules::merge(&stored, &incoming);
        assert_eq!(merged.id(), stored.id());
        let (before, new) = (fields(&stored), fields(&incoming));
        for (n, held) in fields(&merged).into_iter().enumerate() {
            assert_eq!(held, new[n].clone().or(before[n].clone()), "field {n}");
        }
        assert_eq!(rules::merge(&merged, &incoming), merged);
        assert_eq!(rules::merge(&stored, &OAuthToken::new()), stored);
        assert_eq!(rules::merge(&stored, &stored), stored);

        let new = rules::complete(&incoming, TokenId::from("8"), Some("own"));
        assert_eq!(new.id().map(TokenId::as_str), Some("8"));
        let claims = incoming.user_name().is_some() && incoming.client_id().is_none();
        let client = if claims {
            Some("own")
        } else {
            incoming.client_id()
        };
        assert_eq!(new.client_id(), client);
        Ok(())
    });
}

fn fields(token: &OAuthToken) -> [Option<String>; 9] {
    let own = |text: Option<&str>| text.map(str::to_owned);
    [
        own(token.user_name()),
        own(token.client_id()),
        own(shown(token.client_secret())),
        own(shown(token.refresh_token())),
        own(shown(token.access_token())),
        own(shown(token.grant_token())),
        token.expires_at().map(|at| at.to_string()),
        own(token.redirect_url()),
        own(token.api_domain()),
    ]
}
