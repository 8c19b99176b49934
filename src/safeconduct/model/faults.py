"""Two kinds of fault, told apart everywhere: the user's input, and everything else.

A `BadInput` ends a command with exit code 2 and its one line; it names the place and the mend.
"""

from __future__ import annotations


class BadInput(Exception):
    """Something that the user gave cannot be used.

    place: file, address or option, with line or field where known. what: what is wrong. mend: what to do.
    """

    def __init__(self, place: str, what: str, mend: str) -> None:
        super().__init__(f"{place}: {what}; {mend}")
        self.place = place
        self.what = what
        self.mend = mend

    def __reduce__(self) -> tuple[type[BadInput], tuple[str, str, str]]:
        """So that a worker process can hand it over whole."""
        return type(self), (self.place, self.what, self.mend)
