//! Mutates inputs, deterministically by seed.

/// Pseudo-random numbers (splitmix64).
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    /// The next number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let mixed = usize::try_from((mixed ^ (mixed >> 31)) >> 1).unwrap_or(usize::MAX);
        mixed % end.max(1)
    }
}

/// Tokens of the languages under test.
const WORDS: [&str; 60] = [
    "\n",
    "\r\n",
    "\t",
    " ",
    "  ",
    ": ",
    ":",
    "- ",
    "#",
    " # c\n",
    "&a ",
    "*a",
    "<<: ",
    "<<: *a\n",
    "? ",
    "|\n",
    "|2-\n",
    ">+\n",
    "'",
    "\"",
    "[",
    "]",
    "{",
    "}",
    ",",
    "!!str ",
    "!x ",
    "---\n",
    "...\n",
    "%YAML 1.2\n",
    "\u{feff}",
    "\\u0000",
    "\\",
    "\0",
    "ä",
    "🦀",
    "~",
    "=",
    "export ",
    "${x}",
    "''",
    "let ",
    "in ",
    "rec ",
    "with ",
    "inherit ",
    "x: x ",
    "builtins.map ",
    "import ./secrets.nix",
    "a.b = ",
    "++",
    "//",
    "(",
    ")",
    ";",
    "client_id",
    "[key=value]",
    "/~1~0",
    "-> ssh-ed25519 AAAA\n",
    "time=\"x\" level=error msg=\"",
];

/// The maximum length; longer inputs only take longer.
const LONGEST: usize = 8_192;

/// A mutation of one of the seeds.
pub(crate) fn mutated(seeds: &[Vec<u8>], numbers: &mut Numbers) -> Vec<u8> {
    let mut bytes = seeds[numbers.below(seeds.len())].clone();
    for _ in 0..=numbers.below(6) {
        change(&mut bytes, seeds, numbers);
    }
    bytes.truncate(LONGEST);
    bytes
}

fn change(bytes: &mut Vec<u8>, seeds: &[Vec<u8>], numbers: &mut Numbers) {
    let at = numbers.below(bytes.len() + 1);
    let end = (at + numbers.below(40)).min(bytes.len());
    match numbers.below(9) {
        0 => drop(bytes.splice(at..at, WORDS[numbers.below(WORDS.len())].bytes())),
        1 => drop(bytes.splice(at..end, WORDS[numbers.below(WORDS.len())].bytes())),
        2 => drop(bytes.drain(at..end)),
        3 => {
            let piece = bytes[at..end].to_vec();
            let times = 1 + numbers.below(4).pow(4);
            bytes.splice(at..at, piece.repeat(times));
        }
        4 if at < bytes.len() => bytes[at] ^= 1 << numbers.below(8),
        5 if at < bytes.len() => bytes[at] = u8::try_from(numbers.below(256)).unwrap_or_default(),
        6 => {
            let word = WORDS[numbers.below(WORDS.len())];
            let times = numbers.below(400);
            bytes.splice(at..at, word.repeat(times).into_bytes());
        }
        7 => {
            let other = &seeds[numbers.below(seeds.len())];
            let from = numbers.below(other.len() + 1);
            let to = (from + numbers.below(200)).min(other.len());
            bytes.splice(at..end, other[from..to].iter().copied());
        }
        _ => bytes.truncate(at),
    }
}
