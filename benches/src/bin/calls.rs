//! API calls and time on the simulated service, which answers after 10 ms: ours, and the naive way.
//!
//! calls [--only-ours] NUMBER_OF_TOKENS …

use std::future::Future;
use std::num::NonZeroU32;

use futures::StreamExt as _;
use futures::future::join_all;
use tokio::time::Instant;
use zoho_token_store::simulator::{Rates, Simulator};
use zoho_token_store::{DeletionPolicy, SecretsManagerTokenStore};
use zoho_token_store_benches::figures::{self, Figure, NAIVE, OURS};
use zoho_token_store_benches::naive::Naive;
use zoho_token_store_benches::tokens;

/// The writes of a second that AWS takes from an account.
const WRITES: NonZeroU32 = NonZeroU32::new(50).expect("not zero");
/// Who look up the same token at once.
const CROWD: usize = 100;
/// The most tokens whose ids fit into the naive program's one index secret.
const NAIVE_INDEX: usize = 1_500;

fn main() -> serde_json::Result<()> {
    let mut arguments: Vec<_> = std::env::args().skip(1).collect();
    let only_ours = arguments
        .first()
        .is_some_and(|first| first == "--only-ours");
    let counts = arguments
        .drain(usize::from(only_ours)..)
        .map(|count| count.parse());
    let counts: Vec<usize> = counts.collect::<Result<_, _>>().expect("numbers of tokens");
    let mut figures = Vec::new();
    for count in counts {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            .build();
        runtime.expect("a runtime").block_on(async {
            ours(count, &mut figures).await;
            if !only_ours {
                naive(count, &mut figures).await;
            }
        });
    }
    figures::print(&figures)
}

async fn ours(count: usize, figures: &mut Vec<Figure>) {
    let simulator = account();
    let open = || {
        let builder = SecretsManagerTokenStore::builder().clock(simulator.clock());
        let builder = builder.deletion(DeletionPolicy::Immediate);
        builder.build(&simulator.client()).expect("a store")
    };
    let mut take = Take {
        simulator: &simulator,
        who: OURS,
        count,
        figures,
    };

    let (store, all) = (open(), (0..count).map(tokens::token).collect::<Vec<_>>());
    let saved = take.of(
        "import",
        store.save_tokens(&all, WRITES).collect::<Vec<_>>(),
    );
    for (_, outcome) in saved.await {
        outcome.expect("a save");
    }

    // Each by a store that has read nothing yet.
    let (store, user) = (open(), tokens::by_user(count / 2));
    let found = take
        .of("cold look-up by user", store.find_token(&user))
        .await;
    let id = found
        .expect("an answer")
        .expect("a token")
        .id()
        .expect("an id")
        .clone();
    let store = open();
    let found = take
        .of("cold look-up by id", store.find_token_by_id(&id))
        .await;
    found.expect("an answer").expect("a token");
    let (store, refresh_token) = (open(), tokens::by_refresh_token(count / 2));
    let found = take.of(
        "cold look-up by refresh token",
        store.find_token(&refresh_token),
    );
    found.await.expect("an answer").expect("a token");
    let store = open();
    let crowd = join_all((0..CROWD).map(|_| store.find_token(&user)));
    for found in take.of("stampede", crowd).await {
        found.expect("an answer").expect("a token");
    }

    let store = open();
    let listed = take.of("list", store.get_tokens()).await;
    assert_eq!(listed.expect("a list").len(), count);
    let purged = take.of("purge", store.delete_tokens()).await;
    assert_eq!(purged.expect("a purge"), count);
}

async fn naive(count: usize, figures: &mut Vec<Figure>) {
    let simulator = account();
    let store = Naive(simulator.client());
    let mut take = Take {
        simulator: &simulator,
        who: NAIVE,
        count,
        figures,
    };
    if count <= NAIVE_INDEX {
        let import = take.of("import", async {
            for n in 0..count {
                store.save(n).await.expect("a save");
            }
        });
        import.await;
    } else {
        for n in 0..count {
            store.create(n).await.expect("a secret");
        }
    }
    let user = tokens::user(count / 2);
    let found = take.of("cold look-up by user", store.find(&user)).await;
    found.expect("an answer").expect("a token");
    let crowd = join_all((0..CROWD).map(|_| store.find(&user)));
    for found in take.of("stampede", crowd).await {
        found.expect("an answer").expect("a token");
    }
    let listed = take.of("list", store.list()).await;
    assert_eq!(listed.expect("a list").len(), count);
    let purged = take.of("purge", store.purge()).await;
    assert_eq!(purged.expect("a purge"), count);
}

/// An account with AWS's request rates. The naive index would be at its version quota after a
/// hundred saves; it is spared that.
fn account() -> Simulator {
    let simulator = Simulator::builder().rates(Rates::aws());
    simulator.version_quota(usize::MAX).request_log(0).build()
}

struct Take<'a> {
    simulator: &'a Simulator,
    who: &'a str,
    count: usize,
    figures: &'a mut Vec<Figure>,
}

impl Take<'_> {
    /// Does it, and notes what it cost.
    async fn of<T>(&mut self, what: &str, work: impl Future<Output = T>) -> T {
        let (calls, began) = (self.simulator.total_calls(), Instant::now());
        let done = work.await;
        let calls = self.simulator.total_calls() - calls;
        let figure = |unit, value| Figure::new(what, self.who, self.count, unit, value);
        let time = began.elapsed().as_secs_f64() * 1000.0;
        self.figures
            .extend([figure("calls", calls as f64), figure("virtual ms", time)]);
        done
    }
}
