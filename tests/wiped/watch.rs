//! An allocator that examines each block that is freed: if it contains the marker, it was not wiped.
#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::backtrace::Backtrace;
use std::cell::Cell;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

/// The content of secrets; a long text of it contains the marker at any offset.
pub(crate) const MARKER: &str = "Zq7marker9Kx";

/// The maximum number of reported blocks.
const MOST: usize = 2_000;

static WATCHING: AtomicBool = AtomicBool::new(false);
static FOUND: Mutex<Vec<Backtrace>> = Mutex::new(Vec::new());

thread_local! {
    /// Set while this thread records a block, which allocates memory itself.
    static BUSY: Cell<bool> = const { Cell::new(false) };
}

/// The system's allocator, watched. Growing a block counts as freeing it.
pub(crate) struct Watched;

// SAFETY: every block comes from the system's allocator and is returned to it with its layout.
unsafe impl GlobalAlloc for Watched {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: guaranteed by the caller.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // Memory that was never written contains nothing. SAFETY: guaranteed by the caller.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if WATCHING.load(Ordering::Relaxed) {
            // SAFETY: the block is the caller's until it is freed below. Bytes that were never written have unknown
            // values; `volatile` keeps the compiler from relying on that.
            if unsafe { holds(block, layout.size()) } {
                note();
            }
            // Overwrite it, so that a reused block that is never filled does not show its content again. SAFETY: as
            // above.
            unsafe { block.write_bytes(0, layout.size()) };
        }
        // SAFETY: guaranteed by the caller.
        unsafe { System.dealloc(block, layout) }
    }
}

/// # Safety
/// `size` bytes from `block` on must be readable.
unsafe fn holds(block: *const u8, size: usize) -> bool {
    let marker = MARKER.as_bytes();
    // SAFETY: the offsets are within the block.
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

/// From now on, every block is examined.
pub(crate) fn begin() {
    WATCHING.store(true, Ordering::Relaxed);
}

/// Stops watching; returns where each block with the marker was freed.
pub(crate) fn end() -> Vec<String> {
    WATCHING.store(false, Ordering::Relaxed);
    let found = FOUND.lock().map(|mut found| std::mem::take(&mut *found)).unwrap_or_default();
    found.iter().map(ToString::to_string).collect()
}
