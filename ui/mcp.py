"""The bot as a tool of the Model Context Protocol, over streamable HTTP: `ask_article`."""

from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any

from fastapi.responses import RedirectResponse

from index import ArticleBotError
from ui.api import Asker, AskRequest, client_of

if TYPE_CHECKING:
    from fastapi import FastAPI

PATH = "/mcp"
_ABOUT = (
    "Answers a question about an indexed article with verbatim quotes from it, each with its offsets, or says "
    "that the article does not answer it."
)


class McpServer:
    """The tool, and what must run while it is served."""

    def __init__(self, asker: Asker) -> None:
        """Raises `ArticleBotError` when the extra `mcp` is not installed."""
        try:
            from mcp.server import MCPServer
            from mcp.server.mcpserver import Context
            from mcp.server.mcpserver.exceptions import ToolError
            from mcp.server.transport_security import TransportSecuritySettings
        except ImportError as error:
            raise ArticleBotError("the MCP tool needs the mcp package: pip install 'article-bot[mcp]'") from error

        server = MCPServer("article-bot", instructions=_ABOUT)

        @server.tool(title="Ask the article", description=_ABOUT)
        async def ask_article(question: str, context: Context[Any, Any], article: str | None = None) -> dict[str, Any]:
            request = AskRequest(question=question, article=article)
            try:
                answer = await asker.answer(request, client_of(context.request_context.request))
            except ArticleBotError as error:
                raise ToolError(str(error)) from error
            return answer.model_dump(mode="json")

        self._server = server
        # The server is reached by whatever name it has, as page and API are; who must not ask is kept out by sign-in.
        anyhow = TransportSecuritySettings(enable_dns_rebinding_protection=False)
        self._app: Any = server.streamable_http_app(
            streamable_http_path="/", stateless_http=True, json_response=True, transport_security=anyhow
        )

    def mount(self, app: "FastAPI") -> None:
        """Serve the tool at `PATH`, with and without a slash behind it."""
        app.mount(PATH, self._app)
        app.add_api_route(PATH, _with_slash, methods=["GET", "POST", "DELETE"], include_in_schema=False)

    def running(self) -> AbstractAsyncContextManager[None]:
        """Must be entered while the application runs."""
        return self._server.session_manager.run()


def _with_slash() -> RedirectResponse:
    return RedirectResponse(f"{PATH}/", 307)
