//! Limits the cost of an evaluation: it ends with an error that has a place, whatever the rules contain.
//!
//! One number limits time and memory. Each step of the evaluation costs one, and so do each element of a new list or
//! set, each 16 bytes of a string, and each state of a regular expression. One unit is at most some hundred bytes and
//! nanoseconds.

use std::env;
use std::time::{Duration, Instant};

use super::failure::{EvalResult, Failure};

/// The environment variable that sets another number of steps.
const VARIABLE: &str = "AGEPATCH_MAX_STEPS";
/// Hundreds of times what large rules need.
const STEPS: u64 = 3_000_000;
/// A time limit, for machines on which the steps take too long.
const EVALUATION_TIMEOUT: Duration = Duration::from_secs(10);
/// How many steps to take between looks at the clock.
const STEPS_PER_CLOCK_CHECK: u64 = 1 << 14;
/// The number of bytes of a string that cost one.
const BYTES: usize = 16;

/// The remaining budget.
pub(super) struct Budget {
    steps: u64,
    left: u64,
    /// The remaining budget at which to look at the clock next.
    next_clock_check: u64,
    begin: Instant,
}

impl Budget {
    pub(super) fn new() -> Self {
        let configured = env::var(VARIABLE).ok().and_then(|steps| steps.trim().parse().ok());
        let steps = configured.unwrap_or(STEPS);
        Self { steps, left: steps, next_clock_check: steps, begin: Instant::now() }
    }

    /// Spends `cost`.
    ///
    /// # Errors
    /// If the budget is exhausted.
    pub(super) fn spend(&mut self, cost: usize) -> EvalResult<()> {
        let cost = u64::try_from(cost).unwrap_or(u64::MAX);
        let Some(left) = self.left.checked_sub(cost) else {
            self.left = 0;
            return Err(Failure::limit(format!(
                "the rules take more than {} steps to evaluate; the environment variable {VARIABLE} sets another limit",
                self.steps
            )));
        };
        self.left = left;
        if left <= self.next_clock_check {
            self.next_clock_check = left.saturating_sub(STEPS_PER_CLOCK_CHECK);
            if self.begin.elapsed() > EVALUATION_TIMEOUT {
                return Err(Failure::limit(format!(
                    "the rules take more than {} s to evaluate",
                    EVALUATION_TIMEOUT.as_secs()
                )));
            }
        }
        Ok(())
    }

    /// Spends the cost of a text of this length.
    ///
    /// # Errors
    /// See [`Budget::spend`].
    pub(super) fn spend_bytes(&mut self, bytes: usize) -> EvalResult<()> {
        self.spend(bytes / BYTES)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::nix::failure::Cause;

    #[test]
    fn iteration_ends_and_stays_at_its_end() {
        let mut budget = Budget { steps: 10, left: 10, next_clock_check: 10, begin: Instant::now() };
        budget.spend(4).and_then(|()| budget.spend_bytes(95)).expect("nine");
        for _ in 0..2 {
            let failure = budget.spend(2).expect_err("one is left");
            assert!(failure.cause == Cause::Limit && failure.message.contains("10 steps"));
        }
        assert!(Budget::new().spend(usize::MAX).is_err());
    }
}
