"""Whether a human sits before this machine, his browser, and who then decides."""

from __future__ import annotations

import os
import sys
import webbrowser
from contextlib import suppress
from typing import NamedTuple

from safeconduct.model.faults import BadInput


def has_display() -> bool:
    """Whether somebody sits before this machine and could see a browser."""
    return sys.platform == "darwin" or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


class PageWishes(NamedTuple):
    """served: there is a page. shown: a browser is opened on it. human: the page decides."""

    served: bool
    shown: bool
    human: bool


def page_wishes(headless: bool, page: bool | None, opened: bool | None, operator: str | None) -> PageWishes:
    """What the command line asks for; None: not said, so it goes by whether somebody could see a browser.

    Raises BadInput.
    """
    if operator not in {None, "page", "simulated"}:
        raise BadInput(f"--operator {operator}", "is nobody who decides", "give page or simulated")
    served = page if page is not None else (operator == "page" or bool(opened) or not headless)
    shown = served and (opened if opened is not None else has_display() and not headless)
    human = operator == "page" if operator is not None else shown
    if human and not served:
        raise BadInput("--operator page", "needs the page", "leave --no-page out")
    return PageWishes(served, shown, human)


def show_in_browser(address: str) -> bool:
    """Open it; False: there is no browser, the address must be opened by hand."""
    with suppress(webbrowser.Error, OSError):
        return webbrowser.open(address)
    return False
