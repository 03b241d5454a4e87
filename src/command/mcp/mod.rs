//! `agepatch mcp`: a server of the Model Context Protocol on stdin and stdout, so that coding agents can work on
//! secrets without seeing one.
//!
//! Each tool is a command line of this program, run as a separate process with `--output json`: a tool can do what the
//! command can and no more, and what one call reads stays in its process.

mod args;
mod arguments;
mod confirmation;
mod invocation;
mod names;
mod patch;
mod server;
mod tools;

use std::process::ExitCode;

pub(crate) use args::McpArgs;
use rmcp::ServiceExt;

use crate::app::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::output::Output;
use crate::shown::{ProgramOutput, Shown};
use invocation::Program;
use server::Server;

/// Serves until the client closes stdin.
///
/// # Errors
/// `usage` with `--reveal`; `io` if the client violates the protocol.
pub(crate) fn run(args: &McpArgs, context: &mut Context) -> Result<ExitCode> {
    if context.global.reveal {
        return Err(Error::new(ErrorKind::Usage, "`agepatch mcp` never reveals a secret")
            .hint("leave out --reveal; a person can run `agepatch show FILE --reveal`"));
    }
    if Output::is_interactive() {
        context.out.note(&Shown::fixed(
            "waiting for a client on stdin; an agent's host starts this command. `agepatch help mcp` shows how",
        ))?;
    }
    let server = Server::new(Program::new(&context.global)?, args);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .map_err(|error| Error::io("cannot start the server", &error))?;
    runtime.block_on(async {
        let failed = |error: String| {
            Error::new(ErrorKind::Io, ProgramOutput::shown(error))
                .hint("`agepatch help mcp` shows how a host starts it")
        };
        let running = match server.serve(rmcp::transport::stdio()).await {
            Ok(running) => running,
            // A client that only tested whether the program starts.
            Err(rmcp::service::ServerInitializeError::ConnectionClosed(_)) => return Ok(()),
            Err(error) => return Err(failed(format!("the client does not speak the protocol: {error}"))),
        };
        running.waiting().await.map_err(|error| failed(format!("the server stopped: {error}")))?;
        Ok(())
    })?;
    Ok(ExitCode::SUCCESS)
}
