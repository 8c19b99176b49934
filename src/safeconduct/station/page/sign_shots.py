"""The pictures of signs that lie in a record's folder, for its page: only those, by their plain names."""

from __future__ import annotations

import re
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from safeconduct.station.page.board import SIGNS

FOLDER = "signs"
"""In the record."""
_NAME = re.compile(r"sign[\w-]{0,60}\.png")


def sign_route(record: Path) -> Route:
    """`GET /signs/NAME.png`."""

    def shot(request: Request) -> Response:
        name = str(request.path_params["name"])
        path = record / FOLDER / name
        if not _NAME.fullmatch(name) or path.is_symlink() or not path.is_file():
            return PlainTextResponse("the record has no such picture\n", 404)
        return FileResponse(path, media_type="image/png", headers={"cache-control": "no-store"})

    return Route(SIGNS + "{name}", shot)
