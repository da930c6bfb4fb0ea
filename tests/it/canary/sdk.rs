//! The SDK's own lines: at TRACE it prints requests and replies, bodies included.

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::config::StalledStreamProtectionConfig;
use libtest_mimic::Failed;

#[cfg(feature = "simulator")]
use super::{bird::Bird, lines::Lines};
use crate::target::Service;

/// What the SDK logs of every request, and of every reply.
const EVENTS: [&str; 3] = [
    "transmitting request",
    "received response from service",
    "read HTTP response body",
];

/// The service's client at its most talkative: protection against stalled uploads happens to make a
/// stream of a body, which is then not printed.
pub fn talkative(service: &Service) -> Client {
    let config = service.client().config().to_builder();
    let protection = StalledStreamProtectionConfig::disabled();
    Client::from_conf(config.stalled_stream_protection(protection).build())
}

/// Whether the SDK said what it says: else that no credential shows proves little.
pub fn must_be_talkative(lines: &str) -> Result<(), Failed> {
    match EVENTS.iter().find(|event| !lines.contains(**event)) {
        None => Ok(()),
        Some(event) => Err(format!("the SDK did not log {event:?}").into()),
    }
}

/// Without this crate a credential shows: the search would find it.
///
/// Seen on the simulator only, whose replies are in memory; those that come over a network are streams.
#[cfg(feature = "simulator")]
pub async fn bare() -> Result<(), Failed> {
    let client = zoho_token_store::simulator::Simulator::new().client();
    let lines = Lines::capture();
    let create = client.create_secret().name("app/token/1");
    create.secret_string(Bird::ACCESS).send().await?;
    let read = client.get_secret_value().secret_id("app/token/1");
    read.send().await?;
    let text = lines.text()?;
    must_be_talkative(&text)?;
    match Bird::found_in(&text) {
        Some(_) => Ok(()),
        None => Err("the SDK by itself no longer prints bodies: is the veil still needed?".into()),
    }
}
