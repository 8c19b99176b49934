"""The folder of `safeconduct world`: it must be new or empty, and a file that cannot be written is named."""

from __future__ import annotations

from pathlib import Path

import cv2

from safeconduct.model.faults import BadInput
from safeconduct.sim.scene import Picture

README = """Labelled pictures of a simulated world
======================================

{title}

Made by safeconduct {version} with:
  {command}
The same version, command and machine give the same files, to the byte.

labels.json     COCO keypoints: images, annotations (bbox, 17 joints x, y, v), and fields of our own beside them
pictures/       the pictures that labels.json names
clips/          H.264, 25 pictures a second; NAME.json beside NAME.mp4 has the labels of every frame
sheet.png       some of the pictures with boxes and joints drawn in, to look at

Every field is explained in docs/reference/world.md of safeconduct.

Nothing here was photographed and nobody is shown: ground, light and clothing are computed, bodies are means of the
MakeHuman base mesh (CC0 1.0). safeconduct (Apache-2.0) claims no rights in what it renders: use these files freely.

The pictures are for eyes that protect people and find the lost. They are not real footage: test on that before you
trust anything with somebody's life.
"""
QUALITY = 93


def empty_folder(out: Path, *inside: str) -> None:
    """Make it, and folders inside it. Raises BadInput: it holds something, or cannot be made or written to."""
    try:
        if out.exists() and (not out.is_dir() or any(out.iterdir())):
            what = "is not empty" if out.is_dir() else "is a file"
            raise BadInput(str(out), what, "name a new folder; nothing is written over")
        for folder in (out, *(out / name for name in inside)):
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(out, error) from error


def save(path: Path, content: bytes | str) -> None:
    try:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    except OSError as error:
        raise _unwritable(path, error) from error


def save_jpg(path: Path, picture: Picture, quality: int = QUALITY) -> None:
    save(path, cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes())


def save_png(path: Path, picture: Picture) -> None:
    save(path, cv2.imencode(".png", picture)[1].tobytes())


def _unwritable(path: Path, error: OSError) -> BadInput:
    mend = "give a folder with room that you may write to"
    return BadInput(str(path), f"cannot be written ({error.strerror or error})", mend)
