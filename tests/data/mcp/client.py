"""Drives a server with the official Python SDK: the command line is the arguments, the calls are JSON on stdin.

Prints what the server said of itself, its tools, and the result of each call. The SDK validates results against the tools'
output schemas. In arguments, "$confirm" stands for the token of the call before.
"""

import asyncio
import json
import os
import sys

from mcp import ClientSession, StdioServerParameters, stdio_client


async def main() -> None:
    server = StdioServerParameters(command=sys.argv[1], args=sys.argv[2:], env=dict(os.environ))
    calls = json.load(sys.stdin)
    async with stdio_client(server) as (reader, writer), ClientSession(reader, writer) as session:
        started = await session.initialize()
        listed = await session.list_tools()
        results = []
        token = None
        for call in calls:
            arguments = {name: token if value == "$confirm" else value for name, value in call["arguments"].items()}
            result = await session.call_tool(call["name"], arguments)
            answer = result.model_dump(mode="json", by_alias=True, exclude_none=True)
            token = (answer.get("structuredContent") or {}).get("confirm")
            results.append(answer)
    print(json.dumps({
        "instructions": started.instructions,
        "tools": [tool.model_dump(mode="json", by_alias=True, exclude_none=True) for tool in listed.tools],
        "results": results,
    }))


asyncio.run(main())
