//! What no emulator models: lag, quotas, rates, deletion that takes its time, faults, denials.

use super::*;

#[tokio::test(start_paused = true)]
async fn smoke() {
    let simulator = Simulator::new();
    let client = simulator.client();
    client
        .create_secret()
        .name("a")
        .secret_string("one")
        .send()
        .await
        .unwrap();
    let reply = client
        .get_secret_value()
        .secret_id("a")
        .send()
        .await
        .unwrap();
    assert_eq!(reply.secret_string(), Some("one"));
}
