"""Time-stamps by somebody else (RFC 3161): that the seal existed at a time, said by an authority that has no stake.

`seal/seal-N.tsr` is the authority's answer about `seal/seal-N.sha256`, as `openssl ts -verify` reads it. It is asked
for when an address is given; without a network the seal stays without, and `recover --timestamp` asks later.
"""

from __future__ import annotations

import urllib.error
import urllib.request
from pathlib import Path

from rfc3161_client import TimeStampRequest, TimestampRequestBuilder, TimeStampResponse, decode_timestamp_response
from rfc3161_client.base import HashAlgorithm

from safeconduct.model.faults import BadInput
from safeconduct.witness.heads import SEAL_FOLDER
from safeconduct.witness.keys import StationKey
from safeconduct.witness.sealing import add, newest_seal, put, seal_file

_PATIENCE_S = 15.0
_LARGEST = 1 << 20


def stamp(record: Path, url: str, key: StationKey) -> str:
    """Ask the authority at `url` for the newest seal's time-stamp and keep it. Returns the time it says (ISO 8601).

    Raises BadInput: there is no seal, nobody answers, or the answer is not about this seal; the record is as before.
    """
    n = newest_seal(record)
    if n == 0:
        raise BadInput(str(record), "has no seal to be time-stamped", "`safeconduct recover` seals it first")
    sealed = seal_file(record, n, "sha256").read_bytes()
    ask = TimestampRequestBuilder().data(sealed).hash_algorithm(HashAlgorithm.SHA256).cert_request(cert_request=True)
    request = ask.nonce(nonce=True).build()
    answer = _post(url, request.as_bytes())
    try:
        response = decode_timestamp_response(answer)
        _must_answer(response, request)
    except ValueError as error:
        raise BadInput(
            url, f"gave no good time-stamp: {error}", "try another authority; the seal stays as it is"
        ) from error
    put(seal_file(record, n, "tsr"), answer)
    add(record, [f"{SEAL_FOLDER}/seal-{n}.tsr"], key)
    return _time(response)


def _must_answer(response: TimeStampResponse, request: TimeStampRequest) -> None:
    if response.status not in (0, 1):
        raise ValueError(f"it refused (status {response.status})")
    info = response.tst_info
    if info.nonce != request.nonce or info.message_imprint.message != request.message_imprint.message:
        raise ValueError("it is about something else")


def told_time(record: Path, n: int, notes: list[str]) -> str:
    """The time that a kept time-stamp says of seal n, if it is about that seal; else "", and a note why.

    Whether the authority itself is to be believed is for who has its certificate: `openssl ts -verify`.
    """
    try:
        response = decode_timestamp_response(seal_file(record, n, "tsr").read_bytes())
        asked = TimestampRequestBuilder().data(seal_file(record, n, "sha256").read_bytes())
        due = asked.hash_algorithm(HashAlgorithm.SHA256).build().message_imprint.message
        if response.tst_info.message_imprint.message != due:
            raise ValueError("it is about something else")  # noqa: TRY301
    except (ValueError, OSError) as error:
        notes.append(f"the time-stamp of seal {n} says nothing: {error}")
        return ""
    return _time(response)


def _time(response: TimeStampResponse) -> str:
    return response.tst_info.gen_time.isoformat().replace("+00:00", "Z")


def _post(url: str, data: bytes) -> bytes:
    if not url.startswith(("http://", "https://")):
        raise BadInput(url, "is no address of a time-stamping authority", "give http://… or https://…")
    ask = urllib.request.Request(url, data, {"Content-Type": "application/timestamp-query"})
    try:
        with urllib.request.urlopen(ask, timeout=_PATIENCE_S) as answer:
            return bytes(answer.read(_LARGEST))
    except (urllib.error.URLError, OSError, ValueError) as error:
        why = getattr(error, "reason", None) or error
        raise BadInput(
            url, f"does not answer ({why})", "the seal stays without; ask later by `recover --timestamp`"
        ) from error
