//! How long a hit takes: ours by each key, and its peers, in one run on the same tokens.

use std::hint::black_box;
use std::sync::Barrier;
use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use tokio::runtime::{Builder, Runtime};
use zoho_token_store_benches::caches::peers::{Aws, AwsParsed, Map, MokaFuture, MokaSync};
use zoho_token_store_benches::caches::{ById, ByKey, ByTrait, Cache};
use zoho_token_store_benches::figures::{AWS, AWS_PARSED, MAP, MOKA_FUTURE, MOKA_SYNC, OURS};
use zoho_token_store_benches::tokens;

/// Each with how many tokens, and with how many threads.
const GROUND: [(usize, &[usize]); 6] = [
    (1, &[1, 2]),
    (10, &[1]),
    (100, &[1]),
    (1_000, &[1, 2]),
    (10_000, &[1]),
    (100_000, &[1, 2]),
];

fn hits(criterion: &mut Criterion) {
    let runtime = runtime();
    for (count, threads) in GROUND {
        let mut measure = Measure {
            criterion,
            count,
            threads,
        };
        let by_id = runtime.block_on(ById::filled(count));
        measure.take("hit by id", OURS, &by_id);
        measure.take("hit by id", MAP, &Map::filled(count));
        measure.take("hit by id", MOKA_SYNC, &MokaSync::filled(count));
        measure.take(
            "hit by id",
            MOKA_FUTURE,
            &runtime.block_on(MokaFuture::filled(count)),
        );
        let aws = runtime.block_on(Aws::filled(count));
        measure.take("hit by id", AWS, &aws);
        measure.take("hit by id", AWS_PARSED, &AwsParsed(aws));
        // Growth is shown by one key; two threads and a hundred thousand tokens by all.
        if count >= 1_000 && threads.len() > 1 {
            measure.take("hit by id, dyn TokenStore", OURS, &ByTrait(by_id));
            let by_user = runtime.block_on(ByKey::filled(count, tokens::by_user));
            measure.take("hit by user", OURS, &by_user);
            let by_refresh_token = ByKey::filled(count, tokens::by_refresh_token);
            let by_refresh_token = runtime.block_on(by_refresh_token);
            measure.take("hit by refresh token", OURS, &by_refresh_token);
        }
    }
}

struct Measure<'a> {
    criterion: &'a mut Criterion,
    count: usize,
    threads: &'a [usize],
}

impl Measure<'_> {
    fn take(&mut self, what: &str, who: &str, cache: &impl Cache) {
        // The same random order for everyone.
        let mut order: Vec<usize> = (0..self.count).collect();
        fastrand::Rng::with_seed(7).shuffle(&mut order);
        for &threads in self.threads {
            let what = match threads {
                1 => what.to_owned(),
                more => format!("{what}, {more} threads"),
            };
            let mut group = self.criterion.benchmark_group(what);
            group.bench_function(BenchmarkId::new(who, self.count), |bencher| {
                bencher.iter_custom(|hits| read(cache, &order, threads, hits));
            });
            group.finish();
        }
    }
}

/// The time from start to end while each thread reads so many tokens.
fn read(cache: &impl Cache, order: &[usize], threads: usize, hits: u64) -> Duration {
    let start = Barrier::new(threads);
    let thread = |number: usize| {
        let mut n = number * order.len() / threads;
        let runtime = runtime();
        start.wait();
        let began = Instant::now();
        runtime.block_on(async {
            for _ in 0..hits {
                black_box(cache.hit(order[n]).await);
                n = if n + 1 < order.len() { n + 1 } else { 0 };
            }
        });
        began.elapsed()
    };
    std::thread::scope(|scope| {
        let running: Vec<_> = (1..threads)
            .map(|number| scope.spawn(move || thread(number)))
            .collect();
        let own = thread(0);
        let others = running
            .into_iter()
            .map(|thread| thread.join().expect("a thread"));
        others.fold(own, Duration::max)
    })
}

fn runtime() -> Runtime {
    let builder = &mut Builder::new_current_thread();
    builder.enable_time().build().expect("a runtime")
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .without_plots();
    targets = hits
}
criterion_main!(benches);
