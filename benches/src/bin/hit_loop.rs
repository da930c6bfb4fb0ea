//! Reads one of 16 cached tokens so many times, or opens so many stores from the environment: for
//! callgrind, which counts the instructions.
//!
//! hit_loop id|user|refresh|open COUNT

use std::process::ExitCode;

use futures::FutureExt as _;
use zoho_token_store::SecretsManagerTokenStore;
use zoho_token_store_benches::caches::{ById, ByKey, Cache};
use zoho_token_store_benches::tokens;

const TOKENS: usize = 16;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let key = arguments.next().unwrap_or_default();
    let Some(count) = arguments.next().and_then(|count| count.parse().ok()) else {
        eprintln!("hit_loop id|user|refresh|open COUNT");
        return ExitCode::from(2);
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let fill = runtime.expect("a runtime");
    match key.as_str() {
        "id" => read(&fill.block_on(ById::filled(TOKENS)), count),
        "user" => read(
            &fill.block_on(ByKey::filled(TOKENS, tokens::by_user)),
            count,
        ),
        "refresh" => read(
            &fill.block_on(ByKey::filled(TOKENS, tokens::by_refresh_token)),
            count,
        ),
        "open" => fill.block_on(open(count)),
        _ => return ExitCode::from(2),
    }
    ExitCode::SUCCESS
}

/// No request is made.
async fn open(count: usize) {
    for _ in 0..count {
        let builder = SecretsManagerTokenStore::builder().region("us-east-1");
        let opened = builder.endpoint_url("http://127.0.0.1:1").build_from_env();
        std::hint::black_box(Box::pin(opened).await.expect("a store"));
    }
}

fn read(cache: &impl Cache, count: usize) {
    let lengths = (0..count).map(|n| cache.hit(n % TOKENS).now_or_never());
    let total: usize = lengths
        .map(|length| length.expect("a hit waits for nothing"))
        .sum();
    std::hint::black_box(total);
}
