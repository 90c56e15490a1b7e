//! An allocator that counts what each thread holds.
#![allow(
    unsafe_code,
    reason = "the trait of allocators is unsafe; this one counts and passes on to the system's"
)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

thread_local! {
    static LIVE: Cell<isize> = const { Cell::new(0) };
    static PEAK: Cell<isize> = const { Cell::new(0) };
}

fn count(size: usize, sign: isize) {
    let size = isize::try_from(size).unwrap_or(isize::MAX);
    // A thread that is ending has no counters any more, and nothing of it is measured.
    let _ = LIVE.try_with(|live| {
        live.set(live.get() + sign * size);
        let _ = PEAK.try_with(|peak| peak.set(peak.get().max(live.get())));
    });
}

// SAFETY: every call is passed on as it is. What grows is allocated anew, copied and freed by the
// default `realloc`, so that the old and the new place are both counted while both are held.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size(), 1);
        // SAFETY: the caller keeps the promises of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        count(layout.size(), -1);
        // SAFETY: the place came from `alloc` above, with this layout.
        unsafe { System.dealloc(place, layout) }
    }
}

/// The most bytes that this thread held at a time during a piece of work, beyond what it held before.
pub(crate) fn peak(work: impl FnOnce()) -> usize {
    let before = LIVE.with(Cell::get);
    PEAK.with(|peak| peak.set(before));
    work();
    let most = PEAK.with(Cell::get) - before;
    usize::try_from(most).unwrap_or(0)
}
