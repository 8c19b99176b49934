"""`watch --signs DIR`: the signs that people hold or laid down, as straightened pictures in a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2

from safeconduct.model.faults import BadInput
from safeconduct.model.mission_time import NS
from safeconduct.perception import Frame, Seen, Sign, SignReader, SignWatch, with_signs

_MEND = "name a folder that you may write to"


class SignPictures:
    """Look at every picture with `take`, then `write` once."""

    def __init__(self, folder: Path, read: SignReader | None) -> None:
        """folder: made where it is missing. Raises BadInput when that cannot be."""
        self._folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BadInput(str(folder), f"cannot be such a folder ({error.strerror})", _MEND) from error
        self._watch = SignWatch(read, at_once=2)
        self._last: Frame | None = None

    def take(self, frame: Frame, seen: list[Seen]) -> list[Seen]:
        """Returns who is seen, with the signs that they show as evidence."""
        self._last = frame
        return with_signs(seen, self._watch.step(frame.picture, frame.t_ns, seen), frame.t_ns)

    def write(self) -> list[dict[str, Any]]:
        """One PNG for each sign, named by its holder and when it was first seen. Returns the JSON of all."""
        return [self._written(sign) for sign in self._watch.told()]

    def _written(self, sign: Sign) -> dict[str, Any]:
        from_s, to_s = (round(t / NS, 3) for t in (sign.from_t_ns, sign.to_t_ns))
        kind = "ground" if sign.on_ground else "sign"
        path = self._folder / f"{kind}-of-{sign.track}-at-{from_s:.1f}s-{sign.number}.png"
        _, packed = cv2.imencode(".png", sign.picture)
        try:
            path.write_bytes(packed.tobytes())
        except OSError as error:
            raise BadInput(str(path), f"cannot be written ({error.strerror})", _MEND) from error
        assert self._last is not None
        corners = [self._last.in_source((x, y, x, y))[:2] for x, y in sign.corners]
        return {
            "track": sign.track,
            "from_s": from_s,
            "to_s": to_s,
            "on_ground": sign.on_ground,
            "corners": [[round(x, 1), round(y, 1)] for x, y in corners],
            "picture": str(path),
            "letters_px": sign.letters_px,
            "advice": sign.advice,
            "score": sign.score,
            "views": sign.views,
            "hint": None if sign.hint is None else {"text": sign.hint.text, "confidence": sign.hint.confidence},
        }


def line_about(sign: dict[str, Any]) -> str:
    """One sign of the JSON, for the terminal."""
    what = "letters on the ground by" if sign["on_ground"] else "sign of"
    may = "" if sign["hint"] is None else f"; may read {sign['hint']['text']!r}"
    when = f"from {sign['from_s']:.1f} to {sign['to_s']:.1f} s"
    return f"  {what} person {sign['track']} {when}: {sign['advice']}{may}: {sign['picture']}"
