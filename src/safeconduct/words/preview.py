"""Pictures of a printed file's pages, so that a person can look at them before anything is dropped."""

from __future__ import annotations

from pathlib import Path

import pypdfium2

from safeconduct.model.faults import BadInput

_DOTS_PER_MM = 8.0


def preview(pdf: Path, to: Path) -> list[Path]:
    """One PNG a page: `to` with the page's number before its ending. Raises BadInput: they cannot be written."""
    document = pypdfium2.PdfDocument(pdf)
    written = []
    try:
        for number, page in enumerate(document, 1):
            picture = page.render(scale=_DOTS_PER_MM * 25.4 / 72.0).to_pil()
            path = to if len(document) == 1 else to.with_stem(f"{to.stem}-{number}")
            picture.save(path, "PNG")
            written.append(path)
    except OSError as error:
        raise BadInput(str(to), f"cannot be written ({error.strerror})", "name a .png file that can") from error
    finally:
        document.close()
    return written
