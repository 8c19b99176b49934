"""Where records live, and the page of plain words that each carries."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from safeconduct.witness.entry import LOG

README = f"""This folder is the record of one mission of safeconduct: what the drone's crew and program knew, what
they decided, and when.

{LOG}     One line for each fact and each decision, in the order in which they were written.
              "seq"   number of the line, from 0
              "t"     time in nanoseconds since 1970-01-01 UTC (a simulated mission counts from a fixed start)
              "io"    "event": something became known.  "command": the program decided something.
              "kind"  what sort of fact or decision;  "body": all of it
              "prev"  the SHA-256 of the line before, so that nothing can be changed unnoticed
log.torn      Only after a crash: the beginning of a line that was being written. It was never acted upon.
video.mp4     If there was a picture: what the camera showed. Any player shows it; when it is sealed, any reader of
              C2PA checks it.
video-2.mp4   The film goes on here after a crash; and so on.
video.jsonl   One line for each piece of the film, a fifth of a second long: its SHA-256, and of each picture when
              it was taken, from where, and how the camera was held.
video.torn    Only after a crash: the beginning of a piece that was being written.
seal/         What proves all this: signatures, the station's certificate, time-stamps of others if there are any.
              seal-1.sha256 lists every file with its SHA-256; seal-1.sig is the station's signature of that list;
              seal-1.json says when and why it was sealed; heads.jsonl was signed every second on the way.
README.txt    This page.

How to check it without our program, in this folder (openssl 3, any sha256sum; with several seals take the last):

    openssl pkeyutl -verify -pubin -inkey seal/public-key.pem -rawin -in seal/seal-1.sha256 -sigfile seal/seal-1.sig
    sha256sum -c seal/seal-1.sha256
    openssl x509 -in seal/certificate.pem -noout -subject -fingerprint -sha256

The first says that nobody changed the list, the second that nobody changed a file, the third who sealed: compare the
fingerprint with the one that the station gave you in another way. Each line of {LOG} also carries, as "prev", the
SHA-256 of the line before, without its line end. For the first two lines:

    sed -n 1p {LOG} | tr -d '\\n' | sha256sum
    sed -n 2p {LOG}

With our program:   safeconduct verify FOLDER            has anything been changed, and where?
                    safeconduct replay FOLDER --check    do the same facts give the same decisions again?
                    safeconduct recover FOLDER           after a crash: make it whole and seal it

Without a seal a chain cannot protect its last line, nor show that whole lines were cut off at the end.

This record may show where a protected person was. Keep it from all who need not know.
"""


def is_record(folder: Path) -> bool:
    """Whether a record can be read or resumed there."""
    return (folder / LOG).is_file()


def records_home(environ: Mapping[str, str] = os.environ) -> Path:
    """The user's records: XDG Base Directory Specification 0.8, `$XDG_DATA_HOME`, an absolute path or ignored."""
    named = environ.get("XDG_DATA_HOME", "")
    data = Path(named) if named.startswith("/") else Path.home() / ".local" / "share"
    return data / "safeconduct" / "records"


def new_record_folder(scenario: str, started: datetime, home: Path | None = None) -> Path:
    """A folder that does not exist yet: `<UTC time>-<scenario>`, with a number if two begin in one second."""
    word = re.sub(r"[^a-z0-9]+", "-", scenario.lower()).strip("-")[:40] or "mission"
    stem = f"{started.astimezone(UTC):%Y%m%dT%H%M%SZ}-{word}"
    base = records_home() if home is None else home
    folder, n = base / stem, 1
    while folder.exists():
        n += 1
        folder = base / f"{stem}-{n}"
    return folder
