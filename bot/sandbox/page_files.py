"""The page's own files, and who may ask for anything at all: this machine, and this page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from aiohttp import web

PAGE = Path(__file__).parent / "page"
_LOCAL_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
_POLICY = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'"


class PageFiles:
    """Serves the files of one folder and nothing outside it."""

    def __init__(self, folder: Path) -> None:
        """`folder` holds index.html and what it needs."""
        self._folder = folder.resolve()

    def routes(self) -> list[web.RouteDef]:
        """The page at / and its files below /page/."""
        return [web.get("/", self._index), web.get("/page/{path:.+}", self._static)]

    async def _index(self, request: web.Request) -> web.StreamResponse:
        return self._file("index.html")

    async def _static(self, request: web.Request) -> web.StreamResponse:
        return self._file(request.match_info["path"])

    def _file(self, name: str) -> web.StreamResponse:
        path = (self._folder / name).resolve()
        if not path.is_relative_to(self._folder) or not path.is_file():
            return web.Response(status=404, text="Not here.")
        headers = {
            "Content-Security-Policy": _POLICY,
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-cache",
        }
        return web.FileResponse(path, headers=headers)


@web.middleware
async def only_local(request: web.Request, handler: Any) -> web.StreamResponse:
    """Refuse other hosts and other pages' requests: a web site must not drive this workspace through the browser."""
    if request.url.host not in _LOCAL_HOSTS:
        return web.Response(status=403, text="Only on this machine.")
    origin = request.headers.get("Origin")
    if origin is not None and request.path.startswith("/_/") and origin != f"http://{request.host}":
        return web.Response(status=403, text="Only from this page.")
    response: web.StreamResponse = await handler(request)
    return response
