//! An allocator that looks into each block that is given back: what holds the marker then was not wiped.
#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::backtrace::Backtrace;
use std::cell::Cell;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

/// What secrets consist of; long texts of it hold it at any place.
pub(crate) const MARKER: &str = "Zq7marker9Kx";

/// So many blocks are told of at most.
const MOST: usize = 2_000;

static WATCHING: AtomicBool = AtomicBool::new(false);
static FOUND: Mutex<Vec<Backtrace>> = Mutex::new(Vec::new());

thread_local! {
    /// Set while this thread notes a block, which takes and gives back memory itself.
    static BUSY: Cell<bool> = const { Cell::new(false) };
}

/// The system's allocator, watched. A block that grows is one that is given back and another one.
pub(crate) struct Watched;

// SAFETY: every block comes from the system's allocator and goes back to it with the layout it was asked for with.
unsafe impl GlobalAlloc for Watched {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // What was never written holds nothing.
        // SAFETY: the caller's promise.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if WATCHING.load(Ordering::Relaxed) {
            // SAFETY: the block is the caller's until it is given back below. Bytes of it that were never written are
            // whatever they are; `volatile` keeps the compiler from making anything of that.
            if unsafe { holds(block, layout.size()) } {
                note();
            }
            // So that a block that is taken anew and never filled does not show what this one held.
            // SAFETY: as above.
            unsafe { block.write_bytes(0, layout.size()) };
        }
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(block, layout) }
    }
}

/// # Safety
/// So many bytes from `block` on can be read.
unsafe fn holds(block: *const u8, size: usize) -> bool {
    let marker = MARKER.as_bytes();
    // SAFETY: the places are within the block.
    let byte = |at: usize| unsafe { block.add(at).read_volatile() };
    let last = size.checked_sub(marker.len());
    last.is_some_and(|last| {
        (0..=last).any(|at| byte(at) == marker[0] && (1..marker.len()).all(|i| byte(at + i) == marker[i]))
    })
}

fn note() {
    if BUSY.replace(true) {
        return;
    }
    if let Ok(mut found) = FOUND.lock()
        && found.len() < MOST
    {
        found.push(Backtrace::force_capture());
    }
    BUSY.set(false);
}

/// From here on every block is looked at.
pub(crate) fn begin() {
    WATCHING.store(true, Ordering::Relaxed);
}

/// Ends the watch; gives from where each block that held the marker was given back.
pub(crate) fn end() -> Vec<String> {
    WATCHING.store(false, Ordering::Relaxed);
    let found = FOUND.lock().map(|mut found| std::mem::take(&mut *found)).unwrap_or_default();
    found.iter().map(ToString::to_string).collect()
}
