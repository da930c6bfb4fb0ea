//! Allocations per hit, and the memory that a cached token takes.

use std::future::Future;

use allocation_counter::{AllocationInfo, measure};
use futures::FutureExt as _;
use tokio::runtime::{Builder, Runtime};
use zoho_token_store_benches::caches::peers::{Aws, AwsParsed, Map, MokaFuture, MokaSync};
use zoho_token_store_benches::caches::{ById, ByKey, ByTrait, Cache};
use zoho_token_store_benches::figures::{
    self, AWS, AWS_PARSED, Figure, MAP, MOKA_FUTURE, MOKA_SYNC, OURS,
};
use zoho_token_store_benches::tokens;

/// Tokens that are read.
const READ: usize = 1_000;
/// Tokens that are weighed.
const WEIGHED: [usize; 2] = [10_000, 100_000];

fn main() -> serde_json::Result<()> {
    let runtime = Builder::new_current_thread().enable_time().build();
    let runtime = runtime.expect("a runtime");
    let mut figures = vec![
        allocations("hit by id", OURS, &runtime.block_on(ById::filled(READ))),
        allocations(
            "hit by id, dyn TokenStore",
            OURS,
            &ByTrait(runtime.block_on(ById::filled(READ))),
        ),
        allocations(
            "hit by user",
            OURS,
            &runtime.block_on(ByKey::filled(READ, tokens::by_user)),
        ),
        allocations(
            "hit by refresh token",
            OURS,
            &runtime.block_on(ByKey::filled(READ, tokens::by_refresh_token)),
        ),
        allocations("hit by id", MAP, &Map::filled(READ)),
        allocations("hit by id", MOKA_SYNC, &MokaSync::filled(READ)),
        allocations(
            "hit by id",
            MOKA_FUTURE,
            &runtime.block_on(MokaFuture::filled(READ)),
        ),
        allocations("hit by id", AWS, &runtime.block_on(Aws::filled(READ))),
        allocations(
            "hit by id",
            AWS_PARSED,
            &AwsParsed(runtime.block_on(Aws::filled(READ))),
        ),
    ];
    for count in WEIGHED {
        figures.push(weight(&runtime, OURS, count, ById::filled));
        figures.push(weight(&runtime, MAP, count, async |count| {
            Map::filled(count)
        }));
        figures.push(weight(&runtime, MOKA_FUTURE, count, MokaFuture::filled));
        figures.push(weight(&runtime, AWS, count, Aws::filled));
    }
    figures::print(&figures)
}

fn allocations(what: &str, who: &str, cache: &impl Cache) -> Figure {
    let seen = measure(|| {
        for n in 0..READ {
            cache
                .hit(n)
                .now_or_never()
                .expect("a hit waits for nothing");
        }
    });
    let each = seen.count_total as f64 / READ as f64;
    Figure::new(what, who, READ, "allocations", each)
}

/// What a full cache holds beyond one with a single token, for each token. Every cache comes with the
/// list of keys that it is read with; so that belongs to it.
fn weight<C, F: Future<Output = C>>(
    runtime: &Runtime,
    who: &str,
    count: usize,
    filled: impl Fn(usize) -> F,
) -> Figure {
    let bytes = |count: usize| {
        let mut cache = None;
        let AllocationInfo { bytes_current, .. } =
            measure(|| cache = Some(runtime.block_on(filled(count))));
        drop(cache);
        bytes_current
    };
    let each = (bytes(count) - bytes(1)) as f64 / (count - 1) as f64;
    Figure::new("cached token", who, count, "bytes", each)
}
