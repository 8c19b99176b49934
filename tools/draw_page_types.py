"""Draws web/src/told.ts, the types of what is said between station and page, and web/src/words/core.ts, the core's
sentences by their ids, from the values in Python.

`--check`: changes nothing; 1 when what is there is not what would be drawn.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, get_args

import msgspec

from safeconduct.station.page import heard, told
from safeconduct.station.page.sentences import sentences
from safeconduct.station.planning import PlanPriced, PlanSaved, PlanSheet, PlanWish

WEB = Path(__file__).parents[1] / "web" / "src"
OUT, SENTENCES = WEB / "told.ts", WEB / "words" / "core.ts"
_TOLD: tuple[Any, ...] = get_args(told.Told)
_HEARD: tuple[Any, ...] = get_args(heard.Heard)
_PLANNING = (PlanSheet, PlanPriced, PlanSaved, PlanWish)
_PLAIN = {"string": "string", "number": "number", "integer": "number", "boolean": "boolean", "null": "null"}


def drawn() -> str:
    _, parts = msgspec.json.schema_components((*_TOLD, *_HEARD, heard.Watch, *_PLANNING), ref_template="{name}")
    lines = ["// Drawn by tools/draw_page_types.py from safeconduct/station/page. Change it there.", ""]
    for name in sorted(parts):
        lines += [f"export type {name} = {_type(parts[name], top=True)};", ""]
    words = [one.__name__ for one in _TOLD if one is not told.PictureHead]  # that one stands before bytes
    lines += [f"export type Told = {' | '.join(words)};"]
    lines += [f"export type Heard = {' | '.join(one.__name__ for one in _HEARD)};", ""]
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
    return schema.get("title") not in {one.__name__ for one in (*_HEARD, heard.Watch, PlanWish)}


def drawn_sentences() -> str:
    lines = ["// Drawn by tools/draw_page_types.py from safeconduct/station/page/sentences.py. Change it there.", ""]
    lines.append("export const core = {")
    lines += [f"  {_quoted(name)}: {_quoted(form)}," for name, form in sentences().items()]
    lines += ["} as const;", "", "export type CoreKey = keyof typeof core;", ""]
    return "\n".join(lines)


def _quoted(words: str) -> str:
    return msgspec.json.encode(words).decode()


def main() -> int:
    wanted = {OUT: drawn(), SENTENCES: drawn_sentences()}
    if "--check" in sys.argv:
        other = [path for path, text in wanted.items() if not path.is_file() or path.read_text() != text]
        for path in other:
            sys.stderr.write(f"{path.name} is not what would be drawn: run tools/draw_page_types.py\n")
        return 1 if other else 0
    for path, text in wanted.items():
        path.write_text(text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
