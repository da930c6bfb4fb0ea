//! All workers at once.

use std::fmt::Write as _;

use fastrand::Rng;
use futures::future::try_join_all;
use libtest_mimic::Failed;

use super::death::Death;
use super::gate::Gate;
use super::orders::Mix;
use super::post::{Figures, Post};
use super::workload::WORKERS;
use crate::target::{Handle, Service};

/// Saves of the last process at each place, which nobody kills.
const LAST_SAVES: usize = 10;

pub struct Crew {
    pub posts: Vec<Post>,
    pub prefix: String,
    pub gate: Gate,
    seed: u64,
}

impl Crew {
    pub async fn new(service: &Service, seed: u64) -> Result<Self, Failed> {
        Ok(Self {
            posts: (0..WORKERS).map(Post::new).collect(),
            prefix: service.prefix(Handle::First),
            gate: Gate::open(service.url().ok_or("an emulator without URL")?).await?,
            seed,
        })
    }

    /// One process at each place, until its saves are acknowledged.
    pub async fn work(&mut self, mix: Mix, saves: usize) -> Result<(), String> {
        let mut rng = Rng::with_seed(self.seed);
        let (prefix, url) = (&self.prefix, &self.gate.url);
        let lives = self.posts.iter_mut().map(|post| {
            let seed = rng.u64(..);
            post.live(prefix, url, (mix, saves, seed), None)
        });
        let ends = try_join_all(lives.collect::<Vec<_>>()).await;
        ends.map(drop).map_err(|fault| self.story(fault))
    }

    /// At each place process after process is killed; the last one ends its work.
    pub async fn die_and_work(&mut self, kills: usize) -> Result<(), String> {
        let mut rng = Rng::with_seed(self.seed);
        let (prefix, url) = (&self.prefix, &self.gate.url);
        let places = self.posts.iter_mut().map(|post| {
            let mut rng = rng.fork();
            async move {
                for _ in 0..kills {
                    let death = Death::choose(&mut rng);
                    // More saves than it can live to make.
                    let work = (Mix::All, 1000, rng.u64(..));
                    post.live(prefix, url, work, Some(death)).await?;
                }
                let work = (Mix::All, LAST_SAVES, rng.u64(..));
                post.live(prefix, url, work, None).await?;
                match post.figures.killed {
                    killed if killed == kills => Ok(()),
                    killed => Err(format!("{killed} instead of {kills} were killed")),
                }
            }
        });
        let ends = try_join_all(places.collect::<Vec<_>>()).await;
        ends.map(drop).map_err(|fault| self.story(fault))
    }

    pub fn figures(&self) -> String {
        let sum = |figure: fn(&Figures) -> usize| -> usize {
            self.posts.iter().map(|post| figure(&post.figures)).sum()
        };
        let mut text = format!(
            "{} processes started, {} killed, {} saves acknowledged",
            sum(|f| f.started),
            sum(|f| f.killed),
            sum(|f| f.acknowledged),
        );
        let doubts = (sum(|f| f.in_doubt), sum(|f| f.in_doubt_took_effect));
        if let (in_doubt @ 1.., took_effect) = doubts {
            let _ = write!(
                text,
                ", {in_doubt} in doubt, {took_effect} of these took effect"
            );
        }
        let _ = write!(text, ", {} calls made again", sum(|f| f.again));
        text
    }

    fn story(&self, fault: String) -> String {
        format!("{fault}\n  seed {}: {}", self.seed, self.figures())
    }
}
