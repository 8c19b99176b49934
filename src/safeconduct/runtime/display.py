"""Whether a human sits before this machine, and his browser."""

from __future__ import annotations

import os
import sys
import webbrowser
from contextlib import suppress


def has_display() -> bool:
    """Whether somebody sits before this machine and could see a browser."""
    return sys.platform == "darwin" or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def show_in_browser(address: str) -> bool:
    """Open it; False: there is no browser, the address must be opened by hand."""
    with suppress(webbrowser.Error, OSError):
        return webbrowser.open(address)
    return False
