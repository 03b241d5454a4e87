//! The server: lists the tools, and answers calls.

use std::sync::Arc;

use rmcp::handler::server::ServerHandler;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ErrorData, Implementation, JsonObject, ListToolsResult,
    PaginatedRequestParams, ServerCapabilities, ServerConfig,
};
use rmcp::service::{RequestContext, RoleServer};
use serde_json::Value;

use super::args::McpArgs;
use super::confirmation::Confirmations;
use super::invocation::{CallResult, Invocation, Program, refused};
use super::tools::{TOOLS, ToolSpec};
use crate::error::{Error, ErrorKind, Result};

const INSTRUCTIONS: &str = "\
Edits encrypted files (age for agenix, sops for sops-nix) without revealing a secret: secrets are null in every result. \
Start with list_files, read with show, try an edit with preview_patch or dry_run, then write. To create a secret, let the \
server generate it: client_add, client_rotate, or value_from {\"generate\": LENGTH} in a patch. If a person has to enter a \
secret, ask them to run `agepatch set FILE PATH` in their own terminal.";

/// One session with a client.
#[derive(Debug, Clone)]
pub(super) struct Server {
    program: Arc<Program>,
    confirmations: Arc<Confirmations>,
    confirm: bool,
    read_only: bool,
}

impl Server {
    /// A server that runs this program.
    pub(super) fn new(program: Program, args: &McpArgs) -> Self {
        let (program, confirmations) = (Arc::new(program), Arc::default());
        Self { program, confirmations, confirm: args.confirm, read_only: args.read_only }
    }

    fn tools(&self) -> impl Iterator<Item = &'static ToolSpec> {
        let read_only = self.read_only;
        TOOLS.iter().filter(move |tool| !(read_only && tool.writes))
    }

    /// Runs the tool's command; with `--confirm` its dry run first.
    fn answer(&self, tool: &ToolSpec, mut arguments: JsonObject) -> CallResult {
        let token = match self.confirm && tool.writes {
            true => arguments.remove("confirm"),
            false => None,
        };
        let invocation = |dry_run: bool| -> Result<Invocation, Value> {
            let line = (tool.invocation)(arguments.clone()).map_err(|error| refused(&error))?;
            Ok(line.flag("dry-run", dry_run && tool.writes && arguments.get("dry_run") != Some(&Value::Bool(true))))
        };
        if !self.confirm || !(tool.writes || tool.previews.is_some()) {
            return self.program.run(&invocation(false)?);
        }
        let rehearsed = self.program.run(&invocation(true)?)?;
        let Some(token) = token else {
            return self.with_token(tool, arguments, rehearsed);
        };
        let token = token.as_str().unwrap_or_default();
        let expected = self.confirmations.redeem(token, tool.name, &arguments).map_err(|error| refused(&error))?;
        if rehearsed != expected {
            let changed = Error::new(ErrorKind::ChangedMeanwhile, "the files have changed since the dry run")
                .hint("call without `confirm` again, and read what would change now");
            return Err(refused(&changed));
        }
        self.program.run(&invocation(false)?)
    }

    /// The result of a dry run, with the token that confirms it.
    fn with_token(&self, tool: &ToolSpec, arguments: JsonObject, rehearsed: Value) -> CallResult {
        let confirmed = tool.previews.unwrap_or(tool.name);
        let remembered = self.confirmations.remember(confirmed, arguments, rehearsed.clone());
        let token = remembered.map_err(|error| refused(&error))?;
        let mut result = rehearsed;
        if let Value::Object(members) = &mut result {
            members.insert("confirm".to_owned(), token.into());
        }
        Ok(result)
    }
}

impl ServerHandler for Server {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
            .with_server_info(Implementation::new("agepatch", env!("CARGO_PKG_VERSION")))
            .with_instructions(INSTRUCTIONS)
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let tools = self.tools().map(|tool| tool.tool(self.confirm)).collect::<Result<_>>();
        tools.map(ListToolsResult::with_all_items).map_err(|error| ErrorData::internal_error(error.to_string(), None))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let Some(tool) = self.tools().find(|tool| tool.name == request.name) else {
            return Err(ErrorData::invalid_params("unknown tool; tools/list lists the available ones", None));
        };
        let (server, arguments) = (self.clone(), request.arguments.unwrap_or_default());
        let answer = tokio::task::spawn_blocking(move || server.answer(tool, arguments)).await;
        let answer = answer.map_err(|error| ErrorData::internal_error(format!("the call failed: {error}"), None))?;
        let result = match answer {
            Ok(result) => CallToolResult::structured(result),
            Err(error) => CallToolResult::structured_error(error),
        };
        Ok(result.into())
    }
}
