//! The same work on many files at once.

use std::num::NonZero;
use std::panic;
use std::sync::{Mutex, PoisonError, mpsc};
use std::thread::{self, Builder};

/// The results of `work`, in the order of the items. It runs on as many threads as there are processors.
pub(crate) fn map<T: Send, R: Send>(items: Vec<T>, work: impl Fn(T) -> R + Sync) -> Vec<R> {
    match items.len() {
        0 | 1 => items.into_iter().map(work).collect(),
        _ => map_beside(items, work, || ()).0,
    }
}

/// Like [`map`], and the result of `own`, which this thread runs first, while others start with the items.
pub(crate) fn map_beside<T: Send, R: Send, O>(
    items: Vec<T>,
    work: impl Fn(T) -> R + Sync,
    own: impl FnOnce() -> O,
) -> (Vec<R>, O) {
    let most = items.len();
    let waiting = Mutex::new(items.into_iter().enumerate());
    let take = || waiting.lock().unwrap_or_else(PoisonError::into_inner).next();
    let (mut done, own) = work_through(most, take, |(index, item)| (index, work(item)), own);
    done.sort_unstable_by_key(|(index, _)| *index);
    (done.into_iter().map(|(_, result)| result).collect(), own)
}

/// The results of `work` for the items that `own` passes on, in any order, and the result of `own`. Other threads start with
/// an item as soon as it is passed on; this thread helps when `own` is done.
pub(crate) fn map_as_found<T: Send, R: Send, O>(
    work: impl Fn(T) -> R + Sync,
    own: impl FnOnce(&dyn Fn(T)) -> O,
) -> (Vec<R>, O) {
    let (sender, receiver) = mpsc::channel();
    let waiting = Mutex::new(receiver);
    let take = || waiting.lock().unwrap_or_else(PoisonError::into_inner).recv().ok();
    // The sender goes with this closure, also in a panic, and without it no thread waits any longer.
    let pass_on_all = move || {
        own(&|item| {
            // The other end is kept until all have ended.
            drop(sender.send(item));
        })
    };
    work_through(usize::MAX, take, work, pass_on_all)
}

/// Runs `own` on this thread while others, at most `most`, work on what `take` returns until it returns nothing; then this
/// thread helps them.
fn work_through<T, R: Send, O>(
    most: usize,
    take: impl Fn() -> Option<T> + Sync,
    work: impl Fn(T) -> R + Sync,
    own: impl FnOnce() -> O,
) -> (Vec<R>, O) {
    let work_through = || {
        let mut done = Vec::new();
        while let Some(item) = take() {
            done.push(work(item));
        }
        done
    };
    thread::scope(|scope| {
        let more = thread::available_parallelism().map_or(1, NonZero::get).saturating_sub(1).min(most);
        // Where no thread can be started, this one does the work alone.
        let started: Vec<_> = (0..more).filter_map(|_| Builder::new().spawn_scoped(scope, work_through).ok()).collect();
        let own = own();
        let mut done = work_through();
        for thread in started {
            done.extend(thread.join().unwrap_or_else(|payload| panic::resume_unwind(payload)));
        }
        (done, own)
    })
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn results_have_the_order_of_the_items() {
        let runs = AtomicUsize::new(0);
        let double = |item: usize| {
            runs.fetch_add(1, Ordering::Relaxed);
            item * 2
        };
        assert_eq!(map((0..1000).collect(), double), (0..2000).step_by(2).collect::<Vec<_>>());
        assert_eq!((map(vec![3], double), map(Vec::new(), double)), (vec![6], vec![]));
        assert_eq!(runs.into_inner(), 1001, "each item once");
    }

    #[test]
    fn own_work_is_done_once_beside_the_items() {
        let runs = AtomicUsize::new(0);
        let mut own = 0;
        let count = |item: usize| {
            runs.fetch_add(1, Ordering::Relaxed);
            item
        };
        for items in [0, 1, 100] {
            assert_eq!(map_beside((0..items).collect(), count, || own += 1).0, (0..items).collect::<Vec<_>>());
        }
        assert_eq!((runs.into_inner(), own), (101, 3));
    }

    #[test]
    fn items_are_worked_on_as_they_are_found() {
        let double = |item: usize| item * 2;
        for count in [0, 1, 100] {
            let (mut done, own) = map_as_found(double, |pass_on| {
                (0..count).for_each(pass_on);
                "own"
            });
            done.sort_unstable();
            assert_eq!((done, own), ((0..count).map(double).collect(), "own"));
        }
        // A panic of this thread ends the others, which wait for items.
        assert!(panic::catch_unwind(|| map_as_found(double, |_| panic!("own"))).is_err());
        assert!(panic::catch_unwind(|| map_as_found(|item: usize| assert_ne!(item, 7), |pass_on| pass_on(7))).is_err());
    }

    #[test]
    fn a_panic_is_passed_on() {
        let fail = |item: usize| assert_ne!(item, 7);
        assert!(panic::catch_unwind(|| map((0..20).collect(), fail)).is_err());
        assert!(panic::catch_unwind(|| map_beside(vec![1], fail, || fail(7))).is_err());
    }
}
