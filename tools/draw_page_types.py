"""Draws web/src/told.ts, the TypeScript types of what is said between station and page, from the values in Python.

`--check`: changes nothing; 1 when what is there is not what would be drawn.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import msgspec

from safeconduct.station.page import heard, told

OUT = Path(__file__).parents[1] / "web" / "src" / "told.ts"
_ROOTS: tuple[Any, ...] = (
    told.Hello, told.Scenery, told.Said, told.Now, told.Answered, told.PictureHead,
    told.Timeline, heard.Decide, heard.Point, heard.Lease, heard.Pace, heard.Seek, heard.Watch,
)  # fmt: skip
_PLAIN = {"string": "string", "number": "number", "integer": "number", "boolean": "boolean", "null": "null"}


def drawn() -> str:
    roots, parts = msgspec.json.schema_components(_ROOTS, ref_template="{name}")
    lines = ["// Drawn by tools/draw_page_types.py from safeconduct/station/page. Change it there.", ""]
    for name in sorted(parts):
        lines += [f"export type {name} = {_type(parts[name], top=True)};", ""]
    names = " | ".join(root["$ref"] for root in (*roots[:5], roots[6]))
    lines += [f"export type Told = {names};"]
    lines += [f"export type Heard = {' | '.join(root['$ref'] for root in roots[7:12])};", ""]
    return "\n".join(lines)


def _type(schema: dict[str, Any], *, top: bool = False) -> str:
    if "$ref" in schema:
        return str(schema["$ref"])
    if "enum" in schema:
        return " | ".join(msgspec.json.encode(v).decode() for v in schema["enum"])
    if "const" in schema:
        return msgspec.json.encode(schema["const"]).decode()
    if "anyOf" in schema:
        return " | ".join(_type(one) for one in schema["anyOf"])
    match schema.get("type"):
        case "object":
            required = set(schema.get("required", ()))
            # What the station says is always whole; what a page says may leave defaults out.
            fields = [
                f"  {name}{'' if name in required or _is_told(schema) else '?'}: {_type(field)};"
                for name, field in schema.get("properties", {}).items()
            ]
            body = "\n".join(fields)
            return f"{{\n{body}\n}}" if top else f"{{ {' '.join(f.strip() for f in fields)} }}"
        case "array" if "prefixItems" in schema:
            return f"[{', '.join(_type(one) for one in schema['prefixItems'])}]"
        case "array":
            inner = _type(schema["items"]) if isinstance(schema.get("items"), dict) else "unknown"
            return f"({inner})[]" if " " in inner else f"{inner}[]"
        case kind:
            return _PLAIN.get(str(kind), "unknown")


def _is_told(schema: dict[str, Any]) -> bool:
    return schema.get("title") not in {t.__name__ for t in _ROOTS[7:]}


def main() -> int:
    text = drawn()
    if "--check" in sys.argv:
        same = OUT.is_file() and OUT.read_text() == text
        if not same:
            sys.stderr.write(f"{OUT.name} is not what would be drawn: run tools/draw_page_types.py\n")
        return 0 if same else 1
    OUT.write_text(text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
