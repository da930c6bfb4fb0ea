//! When a process is killed.

use std::time::{Duration, Instant};

use fastrand::Rng;

/// The most requests of the chosen kind that a process lives to begin.
const LIFE: usize = 4;

/// In the middle of the so-manieth save or deletion that a process begins, or of the so-manieth save
/// that makes a record: there most writes depend on each other.
#[derive(Clone, Copy)]
pub struct Death {
    after: usize,
    only_new: bool,
    /// How far into it, as a part of the time that such a one lately took.
    part: f64,
}

impl Death {
    pub fn choose(rng: &mut Rng) -> Self {
        let only_new = rng.bool();
        Self {
            after: rng.usize(1..=if only_new { 2 } else { LIFE }),
            only_new,
            part: rng.f64(),
        }
    }

    /// Counts something that begins; whether this process is to die in it.
    pub fn strikes(&mut self, is_new: bool) -> bool {
        if is_new || !self.only_new {
            self.after = self.after.saturating_sub(1);
            return self.after == 0;
        }
        false
    }
}

/// How long saves took lately: those that made a record, and the others. Only aims; nothing is judged
/// by it.
pub struct Aim {
    begun: Instant,
    is_new: bool,
    spans: [Duration; 2],
}

impl Default for Aim {
    fn default() -> Self {
        Self {
            begun: Instant::now(),
            is_new: false,
            spans: [Duration::from_millis(30), Duration::from_millis(60)],
        }
    }
}

impl Aim {
    pub fn begin(&mut self, is_new: bool) {
        (self.begun, self.is_new) = (Instant::now(), is_new);
    }

    /// Whether what was begun last makes a record.
    pub fn is_new(&self) -> bool {
        self.is_new
    }

    pub fn end(&mut self) {
        self.spans[usize::from(self.is_new)] = self.begun.elapsed();
    }

    /// How long to wait from the beginning on.
    pub fn delay(&self, death: Death) -> Duration {
        self.spans[usize::from(self.is_new)].mul_f64(death.part)
    }
}
