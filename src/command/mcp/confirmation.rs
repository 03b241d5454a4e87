//! Tokens that tie a writing call to its dry run.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use serde_json::{Map, Value};

use crate::error::{Error, ErrorKind, Result};
use crate::hex::hex;
use crate::shown;

/// How many dry runs are remembered; the oldest is forgotten first.
const CAPACITY: usize = 64;

/// A dry run whose call has not been made yet.
#[derive(Debug)]
struct DryRun {
    token: String,
    tool: &'static str,
    arguments: Map<String, Value>,
    result: Value,
}

/// The dry runs of this session.
#[derive(Debug, Default)]
pub(super) struct Confirmations(Mutex<VecDeque<DryRun>>);

impl Confirmations {
    /// Remembers the result of a dry run of `tool` with these arguments; returns the token for the call.
    ///
    /// # Errors
    /// `io` if the system has no random numbers.
    pub(super) fn remember(&self, tool: &'static str, arguments: Map<String, Value>, result: Value) -> Result<String> {
        let mut random = [0_u8; 16];
        getrandom::fill(&mut random).map_err(|error| {
            Error::new(ErrorKind::Io, shown!("the system's random number generator failed: {}", error))
        })?;
        let token = hex(&random);
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() == CAPACITY {
            waiting.pop_front();
        }
        waiting.push_back(DryRun { token: token.clone(), tool, arguments, result });
        Ok(token)
    }

    /// The result of the dry run with this token. A token is valid for one call of the same tool with the same
    /// arguments.
    ///
    /// # Errors
    /// `usage` for any other token.
    pub(super) fn redeem(&self, token: &str, tool: &str, arguments: &Map<String, Value>) -> Result<Value> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = waiting.iter().position(|run| run.token == token);
        let run = found.and_then(|place| waiting.remove(place));
        match run {
            Some(run) if run.tool == tool && run.arguments == *arguments => Ok(run.result),
            Some(_) => Err(Error::new(ErrorKind::Usage, "`confirm` belongs to another call")
                .hint("repeat the arguments of the dry run exactly, or call without `confirm` again")),
            None => Err(Error::new(ErrorKind::Usage, "`confirm` is not the token of a dry run, or was used already")
                .hint("call without `confirm` first")),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_token_is_valid_for_its_call_once() {
        let confirmations = Confirmations::default();
        let arguments = |id: &str| Map::from_iter([("id".to_owned(), json!(id))]);
        let token = || confirmations.remember("rotate", arguments("a"), json!(1)).expect("a token");
        let first = token();
        assert_eq!(confirmations.redeem(&first, "rotate", &arguments("a")).expect("its call"), json!(1));
        assert!(confirmations.redeem(&first, "rotate", &arguments("a")).is_err(), "twice");
        assert!(confirmations.redeem(&token(), "rotate", &arguments("b")).is_err(), "other arguments");
        assert!(confirmations.redeem(&token(), "commit", &arguments("a")).is_err(), "another tool");
        assert!(confirmations.redeem("", "rotate", &arguments("a")).is_err(), "no token");
        let oldest = token();
        (0..CAPACITY).for_each(|_| drop(token()));
        assert!(confirmations.redeem(&oldest, "rotate", &arguments("a")).is_err(), "forgotten");
    }
}
