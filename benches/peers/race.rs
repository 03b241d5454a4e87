//! Runs routes to the same result alternately.

use std::time::{Duration, Instant};

use crate::Result;

/// One way to the result.
pub(crate) struct Route<'a> {
    /// Its name in the table.
    pub(crate) name: String,
    /// Does the work of one timed run, given the number of the run.
    pub(crate) run: Box<dyn FnMut(usize) -> Result<()> + 'a>,
    /// Checks the result, untimed.
    pub(crate) verify: Box<dyn FnMut(usize) -> Result<()> + 'a>,
}

/// The time that a route took.
pub(crate) struct Timing {
    /// The route.
    pub(crate) name: String,
    /// The median of its runs.
    pub(crate) median: Duration,
}

/// Runs every route once per round, so that anything that slows down the machine slows down all of them. The first
/// round is not counted. The results of the first and the last round are checked.
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
