//! Routes to the same result, run in turns.

use std::time::{Duration, Instant};

use crate::Result;

/// One way to the result.
pub(crate) struct Route<'a> {
    /// For the table.
    pub(crate) name: String,
    /// Does the work of one run, timed. The number counts the runs.
    pub(crate) run: Box<dyn FnMut(usize) -> Result<()> + 'a>,
    /// Whether the result is right, not timed.
    pub(crate) verify: Box<dyn FnMut(usize) -> Result<()> + 'a>,
}

/// What a route took.
pub(crate) struct Timing {
    /// The route.
    pub(crate) name: String,
    /// The middle of its runs.
    pub(crate) median: Duration,
}

/// Runs each route so many times, one after the other in every round, so that what slows the machine slows all of them.
/// The first round is not counted, and its results are held against what they must be, as those of the last one are.
pub(crate) fn interleaved(mut routes: Vec<Route<'_>>, runs: usize) -> Result<Vec<Timing>> {
    let mut times: Vec<Vec<Duration>> = routes.iter().map(|_| Vec::new()).collect();
    for round in 0..=runs {
        for (route, times) in routes.iter_mut().zip(&mut times) {
            let begin = Instant::now();
            (route.run)(round).map_err(|error| format!("{}: {error}", route.name))?;
            let took = begin.elapsed();
            if round == 0 || round == runs {
                (route.verify)(round).map_err(|error| format!("{}: {error}", route.name))?;
            }
            if round > 0 {
                times.push(took);
            }
        }
    }
    let timings = routes.into_iter().zip(times).map(|(route, mut times)| {
        times.sort_unstable();
        Timing { name: route.name, median: times[times.len() / 2] }
    });
    Ok(timings.collect())
}
