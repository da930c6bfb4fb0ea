//! One request for all who ask the same at the same time.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::FutureExt as _;
use futures::future::{BoxFuture, Shared, WeakShared};

use crate::cache::Moment;

/// Flights that nobody waits for any more are looked for above this many.
const CROWDED: usize = 64;

/// Requests under way, by what they ask for.
#[derive(Debug)]
pub(crate) struct Flights<K, T: Clone>(Mutex<HashMap<K, Departure<T>>>);

/// A request under way. Whoever waits for it drives it: it goes on when the one who began it is
/// cancelled, and ends when nobody is left.
#[derive(Debug)]
struct Departure<T: Clone> {
    answer: WeakShared<BoxFuture<'static, T>>,
    has_begun: Arc<AtomicBool>,
    since: Moment,
}

/// A seat in a request under way.
pub(crate) struct Seat<T: Clone> {
    pub(crate) answer: Shared<BoxFuture<'static, T>>,
    /// No later than the request began.
    pub(crate) since: Moment,
    /// Whether someone else had asked before.
    pub(crate) is_shared: bool,
}

/// Which requests under way an asker can share.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Share {
    /// Any.
    UnderWay,
    /// Those that are yet to begin.
    YetToBegin,
}

impl<K, T: Clone> Default for Flights<K, T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: std::hash::Hash + Eq + Clone, T: Clone + Send + Sync + 'static> Flights<K, T> {
    /// Takes a seat in a request that `can_join` accepts by the moment it began, or makes one.
    ///
    /// A request made beside one that has begun begins when that has ended. `request` is called if
    /// there is none to share, and gives none itself if what such a one has just left will do.
    pub(crate) fn board(
        &self,
        key: &K,
        share: Share,
        now: Moment,
        can_join: impl Fn(Moment) -> bool,
        request: impl FnOnce() -> Option<BoxFuture<'static, T>>,
    ) -> Option<Seat<T>> {
        let mut departures = self.departures();
        let under_way = departures.get(key).and_then(|departure| {
            let answer = departure
                .answer
                .upgrade()
                .filter(|answer| answer.peek().is_none())?;
            Some((
                answer,
                departure.since,
                departure.has_begun.load(Ordering::SeqCst),
            ))
        });
        let mut previous = None;
        if let Some((answer, since, has_begun)) = under_way {
            let in_time = share == Share::UnderWay || !has_begun;
            if in_time && can_join(since) {
                return Some(Seat {
                    answer,
                    since,
                    is_shared: true,
                });
            }
            // Only those who may not share one wait for it; a write must not wait for old reads.
            previous = Some(answer).filter(|_| !in_time);
        }
        let has_begun = Arc::new(AtomicBool::new(false));
        let request = request()?;
        let begins = has_begun.clone();
        let answer = async move {
            if let Some(previous) = previous {
                previous.await;
            }
            begins.store(true, Ordering::SeqCst);
            request.await
        };
        let answer = answer.boxed().shared();
        if departures.len() > CROWDED && departures.len() == departures.capacity() {
            departures.retain(|_, departure| departure.answer.upgrade().is_some());
        }
        if let Some(weak) = answer.downgrade() {
            let departure = Departure {
                answer: weak,
                has_begun,
                since: now,
            };
            departures.insert(key.clone(), departure);
        }
        Some(Seat {
            answer,
            since: now,
            is_shared: false,
        })
    }

    /// Forgets a request that has ended.
    pub(crate) fn land(&self, key: &K) {
        let mut departures = self.departures();
        let has_ended = |departure: &Departure<T>| {
            let answer = departure.answer.upgrade();
            answer.is_none_or(|answer| answer.peek().is_some())
        };
        if departures.get(key).is_some_and(has_ended) {
            departures.remove(key);
        }
    }

    fn departures(&self) -> MutexGuard<'_, HashMap<K, Departure<T>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
