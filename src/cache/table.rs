//! Where a hit is read: a hash table in shards, and of each shard a replica for each [`Lane`].

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use super::entry::Entry;
use super::lane::{LANES, Lane};

/// A power of two. Many, so that a write keeps few readers waiting.
const SHARDS: usize = 64;

/// Entries by the hash of a key. That a record really has the key is for the reader to check.
#[derive(Debug)]
pub(super) struct Table {
    shards: Box<[[Replica; LANES]]>,
}

/// On cache lines of its own: its lock and counter are written by every reader.
#[derive(Debug, Default)]
#[repr(align(128))]
struct Replica {
    places: RwLock<Places>,
    hits: AtomicU64,
}

type Places = HashMap<u64, Arc<Entry>, BuildHasherDefault<AsIs>>;

/// The keys are hashes already.
#[derive(Debug, Default)]
struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.0 ^= u64::from_ne_bytes(word);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

impl Table {
    pub(super) fn new() -> Self {
        Self {
            shards: (0..SHARDS).map(|_| Default::default()).collect(),
        }
    }

    /// Gives the entry at this place to `read`, if there is one.
    #[inline]
    pub(super) fn read<T>(
        &self,
        hash: u64,
        lane: Lane,
        read: impl FnOnce(&Arc<Entry>) -> Option<T>,
    ) -> Option<T> {
        let places = self.replica(hash, lane).places.read();
        let places = places.unwrap_or_else(PoisonError::into_inner);
        places.get(&hash).and_then(read)
    }

    #[inline]
    pub(super) fn count_hit(&self, hash: u64, lane: Lane) {
        self.replica(hash, lane)
            .hits
            .fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn hits(&self) -> u64 {
        let replicas = self.shards.iter().flatten();
        replicas
            .map(|replica| replica.hits.load(Ordering::Relaxed))
            .sum()
    }

    /// Lets this place lead to `entry`.
    pub(super) fn link(&self, hash: u64, entry: &Arc<Entry>) {
        let mut links = entry.links();
        if entry.is_revoked() {
            return;
        }
        if !links.contains(&hash) {
            links.push(hash);
        }
        self.write(hash, |places| {
            places.insert(hash, entry.clone());
        });
    }

    /// Lets every place that leads to `held` lead to `entry`; one that was unlinked stays so.
    pub(super) fn pass_on(&self, held: &Arc<Entry>, entry: &Arc<Entry>) {
        let inherited = held.links().clone();
        let mut links = entry.links();
        if entry.is_revoked() {
            return;
        }
        for hash in inherited {
            self.write(hash, |places| {
                if let Some(place) = places.get_mut(&hash).filter(|p| Arc::ptr_eq(p, held)) {
                    *place = entry.clone();
                }
            });
            if !links.contains(&hash) {
                links.push(hash);
            }
        }
    }

    /// Lets this place lead nowhere, unless it leads to `except`.
    pub(super) fn unlink(&self, hash: u64, except: &Arc<Entry>) {
        self.write(hash, |places| {
            if places.get(&hash).is_some_and(|entry| entry.id != except.id) {
                places.remove(&hash);
            }
        });
    }

    /// Lets this place lead nowhere if it leads to `entry`.
    pub(super) fn detach(&self, hash: u64, entry: &Arc<Entry>) {
        self.write(hash, |places| {
            let held = places.get(&hash);
            if held.is_some_and(|held| Arc::ptr_eq(held, entry)) {
                places.remove(&hash);
            }
        });
    }

    /// Takes an entry out of service, whatever leads to it.
    pub(super) fn revoke(&self, entry: &Arc<Entry>) -> Vec<u64> {
        let mut links = entry.links();
        entry.revoke();
        for hash in links.iter() {
            self.detach(*hash, entry);
        }
        std::mem::take(&mut links)
    }

    #[inline]
    fn replica(&self, hash: u64, lane: Lane) -> &Replica {
        &self.shard(hash)[lane.number()]
    }

    #[inline]
    fn shard(&self, hash: u64) -> &[Replica; LANES] {
        // Bits from the middle: the map inside uses the lowest and the highest.
        &self.shards[(hash >> 32) as usize % SHARDS]
    }

    fn write(&self, hash: u64, change: impl Fn(&mut Places)) {
        for replica in self.shard(hash) {
            let places = replica.places.write();
            change(&mut places.unwrap_or_else(PoisonError::into_inner));
        }
    }
}
