"""Content Credentials (C2PA 2.1): a signed manifest inside a film that says what was done and from what it came."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import c2pa

from safeconduct.model.faults import BadInput
from safeconduct.witness.keys import StationKey

_DID = "org.safeconduct.original"
_QUIET = {"verify": {"remote_manifest_fetch": False, "ocsp_fetch": False}}


def sign_copy(
    bare: Path, out: Path, key: StationKey, *, title: str, did: str, original: dict[str, Any], parent: Path | None
) -> None:
    """Put a manifest into a copy (`bare` becomes `out`). original: what proves the record that it came from.

    did: an action of C2PA, such as `c2pa.redacted`. parent: the film that it was made from, an ingredient; only its
    name and its kind are kept. Raises BadInput: it cannot be signed.
    """
    manifest = {
        "claim_generator_info": [{"name": "safeconduct"}],
        "title": title,
        "assertions": [
            {"label": "c2pa.actions", "data": {"actions": [_came(parent), {"action": did}]}},
            {"label": _DID, "data": original},
        ],
    }
    _sign(manifest, bare, out, key, parent)


def _sign(manifest: dict[str, Any], bare: Path, out: Path, key: StationKey, parent: Path | None) -> None:
    try:
        with c2pa.Signer.from_callback(key.sign, c2pa.C2paSigningAlg.ED25519, key.chain.decode(), None) as signer:
            builder = c2pa.Builder(manifest)
            if parent is not None:
                ingredient = {"title": parent.name, "relationship": "parentOf", "label": "original"}
                with parent.open("rb") as film:
                    builder.add_ingredient(json.dumps(ingredient), "video/mp4", film)
            with bare.open("rb") as source, out.open("w+b") as copy:
                builder.sign(signer, "video/mp4", source, copy)
                copy.flush()
                os.fsync(copy.fileno())
    except c2pa.C2paError as error:
        raise BadInput(str(out), f"cannot be signed: {error}", "see `safeconduct keys`") from error


def sign_film(film: Path, out: Path, key: StationKey, ends: dict[str, str | int], label: str, source_type: str) -> None:
    """Put a manifest into a record's own film (`out`: the film with it). ends: of its chains. Raises BadInput."""
    manifest = {
        "claim_generator_info": [{"name": "safeconduct"}],
        "title": film.name,
        "assertions": [
            {
                "label": "c2pa.actions",
                "data": {"actions": [{"action": "c2pa.created", "digitalSourceType": source_type}]},
            },
            {"label": label, "data": ends},
        ],
    }
    _sign(manifest, film, out, key, None)


def _came(parent: Path | None) -> dict[str, Any]:
    if parent is None:
        source = "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"
        return {"action": "c2pa.created", "digitalSourceType": source}
    return {"action": "c2pa.opened", "parameters": {"ingredientIds": ["original"]}}


def credentials_of(path: Path) -> dict[str, Any] | None:
    """What a file's manifest says, as the c2pa reader gives it; None: it has none. Raises BadInput: it is broken."""
    try:
        with path.open("rb") as file:
            told = json.loads(c2pa.Reader("video/mp4", file).json())
    except c2pa.C2paError.ManifestNotFound:
        return None
    except (c2pa.C2paError, ValueError) as error:
        raise BadInput(str(path), f"its credentials cannot be read: {error}", "ask for another copy") from error
    return dict(told)


def faults_of(credentials: dict[str, Any]) -> list[str]:
    """What the reader found wrong. That nobody's list names the station is not among it: compare the certificate."""
    failures = credentials.get("validation_results", {}).get("activeManifest", {}).get("failure", [])
    return [
        f"{one.get('code')}: {one.get('explanation', '')}"
        for one in failures
        if one.get("code") != "signingCredential.untrusted"
    ]
