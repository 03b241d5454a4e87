//! Finds the equal items at the start and at the end of two lists.

/// How many bytes are compared at once.
const CHUNK: usize = 4096;

/// The number of equal items at the start, and of those at the end of what remains.
pub(crate) fn same_ends<T: PartialEq>(one: &[T], other: &[T]) -> (usize, usize) {
    let start = same_start(one, other);
    (start, same_end(&one[start..], &other[start..]))
}

/// The number of equal items at the start.
pub(super) fn same_start<T: PartialEq>(one: &[T], other: &[T]) -> usize {
    let chunk = chunk::<T>();
    let mut at = 0;
    for (left, right) in one.chunks(chunk).zip(other.chunks(chunk)) {
        if left != right {
            return at + left.iter().zip(right).take_while(|(left, right)| left == right).count();
        }
        at += left.len();
    }
    at
}

/// The number of equal items at the end.
pub(super) fn same_end<T: PartialEq>(one: &[T], other: &[T]) -> usize {
    let chunk = chunk::<T>();
    let mut at = 0;
    for (left, right) in one.rchunks(chunk).zip(other.rchunks(chunk)) {
        if left != right {
            return at + left.iter().rev().zip(right.iter().rev()).take_while(|(left, right)| left == right).count();
        }
        at += left.len();
    }
    at
}

fn chunk<T>() -> usize {
    (CHUNK / size_of::<T>().max(1)).max(1)
}

#[cfg(test)]
mod tests {
    use super::same_ends;

    #[test]
    fn an_item_is_counted_once() {
        for (one, other, expected) in [
            ("", "", (0, 0)),
            ("ab", "ab", (2, 0)),
            ("aba", "aa", (1, 1)),
            ("aa", "aba", (1, 1)),
            ("aa", "a", (1, 0)),
            ("xab", "yab", (0, 2)),
            ("abc", "xyz", (0, 0)),
        ] {
            assert_eq!(same_ends(one.as_bytes(), other.as_bytes()), expected, "{one} {other}");
        }
        let (one, other) = (vec![0_u8; 10_000], [vec![0; 5_000], vec![1], vec![0; 4_999]].concat());
        assert_eq!(same_ends(&one, &other), (5_000, 4_999));
    }
}
