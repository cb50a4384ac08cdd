"""A Jupyter Server extension whose WebSocket does nothing: what the framework alone weighs."""

from __future__ import annotations

from typing import Any

from jupyter_server.auth.decorator import ws_authenticated
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.base.websocket import WebSocketMixin
from jupyter_server.utils import url_path_join
from tornado.websocket import WebSocketHandler


class Bare(WebSocketMixin, WebSocketHandler, JupyterHandler):
    @ws_authenticated
    async def get(self, *args: Any) -> None:
        await super().get(*args)

    def set_default_headers(self) -> None:
        pass

    def on_message(self, message: str | bytes) -> None:
        pass


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "bare_extension"}]


def _load_jupyter_server_extension(app: Any) -> None:
    pattern = url_path_join(app.web_app.settings["base_url"], "bare", "(.*)")
    app.web_app.add_handlers(".*$", [(pattern, Bare)])
