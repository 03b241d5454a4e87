//! Fuzzing on stable Rust: a bounded run of each target as a test, or `AGEPATCH_FUZZ_SECONDS=3600 cargo test --release
//! --test fuzz` for longer. A failing input is left in `target/fuzz`; once fixed, it is kept in
//! `fuzz/regressions/TARGET`. The same targets can be run by cargo-fuzz (see `fuzz/`).

mod corpus;
mod mutate;
mod targets;

use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use std::{env, fs, io, process, thread};

use mutate::Numbers;

/// The number of inputs without a time limit.
const INPUTS: u64 = 400;
/// An input that takes this long counts as a hang.
const FOREVER: Duration = Duration::from_mins(2);
/// Set in the worker process, in which no other program can be found.
const ALONE: &str = "AGEPATCH_FUZZ_ALONE";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if arguments.iter().any(|argument| argument == "--list") {
        return ExitCode::SUCCESS;
    }
    if env::var_os(ALONE).is_none() {
        let status = env::current_exe()
            .and_then(|program| Command::new(program).args(&arguments).env(ALONE, "1").env_remove("PATH").status());
        return if status.is_ok_and(|status| status.success()) { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    let wanted = arguments.iter().find(|argument| !argument.starts_with('-'));
    let chosen =
        targets::ALL.into_iter().filter(|(name, _)| wanted.is_none_or(|wanted| name.contains(wanted.as_str())));
    let seconds = env::var("AGEPATCH_FUZZ_SECONDS").ok().and_then(|seconds| seconds.parse().ok());
    let (mut passed, mut failed) = (0, 0);
    for (name, target) in chosen {
        let faults = run(name, target, seconds.map(Duration::from_secs));
        say(&format!("test fuzz::{name} ... {}", if faults == 0 { "ok" } else { "FAILED" }));
        if faults == 0 { passed += 1 } else { failed += 1 }
    }
    let verdict = if failed == 0 { "ok" } else { "FAILED" };
    say(&format!("\ntest result: {verdict}. {passed} passed; {failed} failed; 0 ignored; 0 measured; 0 filtered out"));
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Runs one target: regressions, seeds, then mutations. Returns the number of failures.
fn run(name: &'static str, target: fn(&[u8]), time: Option<Duration>) -> usize {
    let seeds = corpus::seeds(name);
    let begin = Instant::now();
    // With a time limit, every run uses other inputs; without one, the same.
    let mut numbers = Numbers(if time.is_some() { u64::from(process::id()) } else { 7 });
    let watched = watch(name);
    let mut faults = 0;
    let mut attempt = |bytes: &[u8]| {
        watched.fetch_add(1, Ordering::Relaxed);
        // A stack overflow ends the process, so the current input is kept in a file.
        let path = left_behind(&format!("{name}-running"));
        let _ = fs::write(&path, bytes);
        if catch_unwind(AssertUnwindSafe(|| target(bytes))).is_err() {
            faults += 1;
            let kept = left_behind(&format!("{name}-fault-{faults}"));
            let _ = fs::write(&kept, bytes);
            say(&format!("{name}: went wrong on {}", kept.display()));
        }
        faults
    };
    for path in corpus::regressions(name) {
        attempt(&fs::read(path).expect("it can be read"));
    }
    for seed in &seeds {
        attempt(seed);
    }
    let mut inputs = 0;
    let goes_on = |inputs: u64| time.map_or(inputs < INPUTS, |time| begin.elapsed() < time);
    while goes_on(inputs) && attempt(&mutate::mutated(&seeds, &mut numbers)) < 20 {
        inputs += 1;
    }
    if time.is_some() {
        say(&format!("{name}: {inputs} inputs in {} s", begin.elapsed().as_secs()));
    }
    watched.store(u64::MAX, Ordering::Relaxed);
    faults
}

/// Ends the process if one input takes too long.
fn watch(name: &'static str) -> &'static AtomicU64 {
    let counter: &'static AtomicU64 = Box::leak(Box::default());
    thread::spawn(move || {
        let mut last = (counter.load(Ordering::Relaxed), Instant::now());
        while last.0 != u64::MAX {
            thread::sleep(Duration::from_millis(500));
            let now = counter.load(Ordering::Relaxed);
            if now != last.0 {
                last = (now, Instant::now());
            } else if last.1.elapsed() > FOREVER {
                say(&format!("{name}: does not end on {}", left_behind(&format!("{name}-running")).display()));
                process::abort();
            }
        }
    });
    counter
}

fn left_behind(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("fuzz");
    let _ = fs::create_dir_all(&folder);
    folder.join(name)
}

fn say(line: &str) {
    // Ignore a closed pipe.
    let _ = writeln!(io::stdout(), "{line}");
}
