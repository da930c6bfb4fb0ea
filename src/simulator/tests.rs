//! What no emulator models: lag, quotas, rates, deletion that takes its time, faults, denials.
//! What emulators do model is in the table of the integration tests.

use std::collections::BTreeSet;
use std::time::Duration;

use aws_sdk_secretsmanager::config::retry::RetryConfig;
use aws_sdk_secretsmanager::config::timeout::TimeoutConfig;
use aws_sdk_secretsmanager::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_secretsmanager::types::Tag;
use futures::future::join_all;

use super::*;

const HOUR: Duration = Duration::from_secs(3_600);
const SECOND: Duration = Duration::from_secs(1);
const VALUE: &str = "bird-of-prey";

/// What a call came to: `ok`, the value read, or the error's code or kind.
type Answer = String;

fn told<T, E: ProvideErrorMetadata>(result: Result<T, SdkError<E>>) -> Result<T, Answer> {
    result.map_err(|error| match &error {
        SdkError::ServiceError(context) => context.err().code().unwrap_or("no code").to_owned(),
        SdkError::TimeoutError(_) => "timeout".to_owned(),
        SdkError::DispatchFailure(failure) if failure.is_io() => "io".to_owned(),
        _ => "other".to_owned(),
    })
}

/// A client that takes the first answer and waits two seconds for it.
fn once(simulator: &Simulator) -> Client {
    let timeouts = TimeoutConfig::builder().operation_attempt_timeout(2 * SECOND);
    let config = simulator.config().retry_config(RetryConfig::disabled());
    Client::from_conf(config.timeout_config(timeouts.build()).build())
}

async fn create(client: &Client, name: &str, text: &str) -> Answer {
    let call = client.create_secret().name(name).secret_string(text);
    told(call.send().await).map_or_else(|code| code, |_| "ok".to_owned())
}

async fn put(client: &Client, name: &str, text: &str) -> Answer {
    let call = client
        .put_secret_value()
        .secret_id(name)
        .secret_string(text);
    told(call.send().await).map_or_else(|code| code, |_| "ok".to_owned())
}

async fn get(client: &Client, name: &str) -> Answer {
    let call = client.get_secret_value().secret_id(name);
    let reply = told(call.send().await);
    reply.map_or_else(|code| code, |reply| reply.secret_string.unwrap_or_default())
}

async fn list(client: &Client) -> Answer {
    let reply = told(client.list_secrets().send().await);
    let names = |reply: &[aws_sdk_secretsmanager::types::SecretListEntry]| {
        let names: Vec<&str> = reply.iter().filter_map(|secret| secret.name()).collect();
        names.join(" ")
    };
    reply.map_or_else(|code| code, |reply| names(reply.secret_list()))
}

async fn delete(client: &Client, name: &str, days: Option<i64>) -> Answer {
    let call = client.delete_secret().secret_id(name);
    let call = call.set_recovery_window_in_days(days);
    let force = days.is_none().then_some(true);
    let reply = call.set_force_delete_without_recovery(force).send().await;
    told(reply).map_or_else(|code| code, |_| "ok".to_owned())
}

#[tokio::test(start_paused = true)]
async fn versions_make_room_only_after_a_day() {
    let simulator = Simulator::builder().version_quota(5).build();
    let client = once(&simulator);
    assert_eq!(create(&client, "a", "0").await, "ok");
    let call = client
        .put_secret_value()
        .secret_id("a")
        .secret_string("kept");
    let token = "k".repeat(32);
    let call = call.version_stages("KEPT").client_request_token(&token);
    told(call.send().await).unwrap();
    for _ in 0..3 {
        assert_eq!(put(&client, "a", "1").await, "ok");
    }
    assert_eq!(put(&client, "a", "2").await, "LimitExceededException");
    simulator.advance(23 * HOUR);
    assert_eq!(put(&client, "a", "2").await, "LimitExceededException");
    simulator.advance(2 * HOUR);
    // Four of the five versions give way as they lose their labels; then the new ones are too young.
    for (text, answer) in [
        ("3", "ok"),
        ("4", "ok"),
        ("5", "ok"),
        ("6", "ok"),
        ("7", "LimitExceededException"),
    ] {
        assert_eq!(put(&client, "a", text).await, answer, "{text}");
    }
    let kept = client.get_secret_value().secret_id("a").version_id(token);
    assert_eq!(
        told(kept.send().await).unwrap().secret_string(),
        Some("kept")
    );
    assert_eq!(simulator.secret("a").unwrap().versions, 5);
}

#[tokio::test(start_paused = true)]
async fn reads_lag_and_conditions_do_not() {
    let simulator = Simulator::builder().read_lag(SECOND).build();
    let client = once(&simulator);
    let seen = async || {
        let reads = (0..30).map(|_| get(&client, "a"));
        join_all(reads).await.into_iter().collect::<BTreeSet<_>>()
    };
    let set = |answers: &[&str]| {
        answers
            .iter()
            .map(|a| (*a).to_owned())
            .collect::<BTreeSet<_>>()
    };
    create(&client, "a", "old").await;
    assert_eq!(seen().await, set(&["ResourceNotFoundException", "old"]));
    assert_eq!(
        create(&client, "a", "else").await,
        "ResourceExistsException"
    );
    simulator.advance(SECOND);
    assert_eq!(seen().await, set(&["old"]));
    put(&client, "a", "new").await;
    assert_eq!(seen().await, set(&["new", "old"]));
    assert_eq!(list(&client).await, "a", "listings have a lag of their own");
    simulator.advance(SECOND);
    assert_eq!(seen().await, set(&["new"]));
    delete(&client, "a", None).await;
    assert_eq!(put(&client, "a", "late").await, "ResourceNotFoundException");
    assert_eq!(seen().await, set(&["ResourceNotFoundException", "new"]));
    assert!(simulator.secrets().is_empty());
}

#[tokio::test(start_paused = true)]
async fn listings_lag() {
    let simulator = Simulator::builder().list_lag(300 * SECOND).build();
    let client = once(&simulator);
    create(&client, "a", "1").await;
    assert_eq!(get(&client, "a").await, "1");
    let lists = (0..30).map(|_| list(&client));
    let seen: BTreeSet<Answer> = join_all(lists).await.into_iter().collect();
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), ["", "a"]);
    simulator.advance(300 * SECOND);
    assert_eq!(list(&client).await, "a");
}

#[tokio::test(start_paused = true)]
async fn forced_deletion_takes_its_time() {
    let simulator = Simulator::builder().deletion_delay(60 * SECOND).build();
    let client = once(&simulator);
    create(&client, "a", "1").await;
    let arn = async || {
        let reply = client.describe_secret().secret_id("a").send().await;
        told(reply).map(|reply| reply.arn.unwrap_or_default())
    };
    let first = arn().await.unwrap();
    assert_eq!(delete(&client, "a", None).await, "ok");
    assert_eq!(get(&client, "a").await, "ResourceNotFoundException");
    assert_eq!(create(&client, "a", "2").await, "InvalidRequestException");
    assert_eq!(delete(&client, "a", None).await, "ok");
    simulator.advance(60 * SECOND);
    assert_eq!(create(&client, "a", "2").await, "ok");
    assert_ne!(arn().await.unwrap(), first);
    assert_eq!(get(&client, &first).await, "ResourceNotFoundException");
}

#[tokio::test(start_paused = true)]
async fn a_recovery_window_ends() {
    let simulator = Simulator::new();
    let client = once(&simulator);
    for name in ["a", "b"] {
        create(&client, name, "1").await;
        delete(&client, name, Some(if name == "a" { 7 } else { 8 })).await;
    }
    let deleted_at = simulator.secret("a").unwrap().deleted_at;
    let left = deleted_at.unwrap().since(simulator.clock().now()).unwrap();
    assert_eq!(left.as_secs() / 3_600, 7 * 24 - 1);
    simulator.advance(left);
    assert_eq!(get(&client, "a").await, "ResourceNotFoundException");
    assert_eq!(get(&client, "b").await, "InvalidRequestException");
    assert_eq!(create(&client, "a", "2").await, "ok");
}

#[tokio::test(start_paused = true)]
async fn rates_are_per_group() {
    let mut rates = Rates::unlimited();
    rates.write = 3;
    let simulator = Simulator::builder().rates(rates).build();
    let client = once(&simulator);
    create(&client, "a", "0").await;
    let burst = async |client: &Client| {
        let puts = (0..4).map(|_| put(client, "a", "1"));
        join_all(puts).await
    };
    assert_eq!(
        burst(&client).await,
        ["ok", "ok", "ok", "ThrottlingException"]
    );
    assert_eq!(get(&client, "a").await, "1");
    simulator.advance(SECOND);
    // The SDK knows the code, and tries again.
    assert_eq!(burst(&simulator.client()).await, ["ok"; 4]);
    assert!(simulator.calls(Verb::PutSecretValue) > 8);
}

#[tokio::test(start_paused = true)]
async fn faults_before_and_after_the_effect() {
    let error = Kind::Error("InternalServiceError");
    for (kind, when, answer, outcome) in [
        (
            error,
            When::Before,
            "InternalServiceError",
            Outcome::Refused("InternalServiceError".into()),
        ),
        (error, When::After, "InternalServiceError", Outcome::Unheard),
        (Kind::Hang, When::Before, "timeout", Outcome::Lost),
        (Kind::Hang, When::After, "timeout", Outcome::Unheard),
        (Kind::Reset, When::Before, "io", Outcome::Lost),
        (Kind::Reset, When::After, "io", Outcome::Unheard),
    ] {
        let case = format!("{kind:?} {when:?}");
        let simulator = Simulator::new();
        let client = once(&simulator);
        create(&client, "a", "old").await;
        simulator.inject(Fault::on(Verb::PutSecretValue).kind(kind).when(when));
        assert_eq!(put(&client, "a", "new").await, answer, "{case}");
        let value = if when == When::After { "new" } else { "old" };
        assert_eq!(get(&client, "a").await, value, "{case}");
        assert_eq!(simulator.requests()[1].outcome, outcome, "{case}");
        // With its retries the SDK gets over any of them, and writes no second version.
        simulator.inject(Fault::on(Verb::PutSecretValue).kind(kind).when(when));
        let timeouts = TimeoutConfig::builder()
            .operation_attempt_timeout(SECOND)
            .build();
        let config = simulator.config().timeout_config(timeouts);
        let stubborn = Client::from_conf(config.build());
        let versions = simulator.secret("a").unwrap().versions;
        assert_eq!(put(&stubborn, "a", "last").await, "ok", "{case}");
        assert_eq!(
            simulator.secret("a").unwrap().versions,
            versions + 1,
            "{case}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn faults_strike_where_planned() {
    let on_put = || Fault::on(Verb::PutSecretValue);
    for (fault, struck) in [
        (on_put(), "a"),
        (on_put().at(2), "b"),
        (on_put().at(2).times(2), "b c"),
        (on_put().always(), "a b c d"),
        (on_put().for_name_containing("c"), "c"),
        (on_put().at(5), ""),
        (Fault::on(Verb::GetSecretValue), ""),
        (Fault::on_any().at(3), "c"),
    ] {
        let simulator = Simulator::new();
        let client = once(&simulator);
        for name in ["a", "b", "c", "d"] {
            simulator.put_by_hand(name, "1");
        }
        let case = format!("{fault:?}");
        simulator.inject(fault);
        let mut hit = Vec::new();
        for name in ["a", "b", "c", "d"] {
            if put(&client, name, "2").await != "ok" {
                hit.push(name);
            }
        }
        assert_eq!(hit.join(" "), struck, "{case}");
        simulator.clear_faults();
        assert_eq!(put(&client, "a", "3").await, "ok", "{case}");
    }
}

#[tokio::test(start_paused = true)]
async fn denials() {
    let simulator = Simulator::new();
    let client = once(&simulator);
    simulator.put_by_hand("a", "1");
    simulator.put_by_hand("b", "2");
    simulator.deny_on(Verb::GetSecretValue, "a");
    assert_eq!(get(&client, "a").await, "AccessDeniedException");
    assert_eq!(get(&client, "b").await, "2");
    let batch = async || {
        let call = client.batch_get_secret_value();
        let ids = vec!["a".to_owned(), "b".to_owned()];
        told(call.set_secret_id_list(Some(ids)).send().await)
    };
    let reply = batch().await.unwrap();
    assert_eq!(
        reply.errors()[0].error_code(),
        Some("AccessDeniedException")
    );
    assert_eq!(reply.secret_values()[0].secret_string(), Some("2"));
    simulator.deny(Verb::BatchGetSecretValue);
    assert_eq!(batch().await.unwrap_err(), "AccessDeniedException");
    simulator.deny(Verb::TagResource);
    assert_eq!(create(&client, "c", "3").await, "ok");
    let tag = Tag::builder().key("k").value("v").build();
    let tagged = client.create_secret().name("d").tags(tag);
    assert_eq!(
        told(tagged.send().await).unwrap_err(),
        "AccessDeniedException"
    );
    simulator.allow_all();
    assert!(batch().await.unwrap().errors().is_empty());
}

#[tokio::test(start_paused = true)]
async fn one_writer_wins_and_a_seed_repeats_itself() {
    let race = async |seed| {
        let builder = Simulator::builder().seed(seed);
        let simulator = builder.jitter(Duration::from_millis(50)).build();
        simulator.put_by_hand("a", "0");
        let clients: Vec<Client> = (0..8).map(|_| once(&simulator)).collect();
        let puts = clients.iter().enumerate().map(|(n, client)| {
            let call = client.put_secret_value().secret_id("a");
            let call = call.client_request_token("t".repeat(32));
            call.secret_string(n.to_string()).send()
        });
        let won = |(n, result): (usize, Result<_, SdkError<_>>)| told(result).ok().map(|_| n);
        let winners: Vec<usize> = join_all(puts)
            .await
            .into_iter()
            .enumerate()
            .filter_map(won)
            .collect();
        assert_eq!(winners.len(), 1);
        assert_eq!(
            simulator.secret("a").unwrap().value,
            Some(winners[0].to_string())
        );
        winners[0]
    };
    let mut winners = BTreeSet::new();
    for seed in 0..10 {
        let winner = race(seed).await;
        assert_eq!(race(seed).await, winner, "{seed}");
        winners.insert(winner);
    }
    assert!(winners.len() > 1, "jitter lets anyone win");
}

#[tokio::test(start_paused = true)]
async fn the_log_has_the_body_and_debug_has_not() {
    let simulator = Simulator::builder().request_log(2).build();
    let client = once(&simulator);
    create(&client, "a", VALUE).await;
    get(&client, "a").await;
    create(&client, "b", VALUE).await;
    let requests = simulator.requests();
    let actions: Vec<&str> = requests.iter().map(|r| r.action.as_str()).collect();
    assert_eq!(actions, ["GetSecretValue", "CreateSecret"]);
    assert_eq!(requests[1].names, ["b"]);
    assert!(requests[1].body.contains(VALUE));
    assert_eq!(
        (simulator.calls(Verb::CreateSecret), simulator.total_calls()),
        (2, 3)
    );
    let snapshots = simulator.secrets();
    assert_eq!(snapshots[0].value.as_deref(), Some(VALUE));
    let printed = format!(
        "{simulator:?} {requests:?} {snapshots:?} {:?}",
        client.config()
    );
    assert!(!printed.contains(VALUE), "{printed}");
}

#[test]
fn the_clock_runs_outside_of_a_runtime() {
    let simulator = Simulator::builder()
        .start(Timestamp::from_millis(5))
        .build();
    simulator.advance(HOUR);
    assert!(simulator.clock().now() >= Timestamp::from_millis(3_600_005));
    simulator.put_by_hand("a", "1");
    simulator.remove_by_hand("a");
    assert!(simulator.secrets().is_empty());
}
