"""Fills the pages of the reference from the tables of the code: between `<!-- draw: NAME -->` and `<!-- /draw -->`.

python tools/draw_tables.py            # draw
python tools/draw_tables.py --check    # exit code 1 and a line for each page that is stale; nothing is written
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, get_args

import msgspec
import typer

from safeconduct.conduct import RULES, Effect, interlocks
from safeconduct.conduct.conditions import CONDITIONS
from safeconduct.model.commands import AnyCommand
from safeconduct.model.events import AnyEvent
from safeconduct.model.geometry import ZERO, Enu
from safeconduct.model.plan import Settings
from safeconduct.model.vocabulary import Phase
from safeconduct.routes import Rules, Walker
from safeconduct.signals import GESTURES, LANGUAGES, LAWS, PHRASES, QUESTIONS, SIGNALS, manoeuvre_for
from safeconduct.station.page import ROLES
from safeconduct.vehicle.audit import REFUSE, rules
from safeconduct.verbs import app
from safeconduct.words import own_phrases

ROOT = Path(__file__).parents[1]
_PLACE = re.compile(r"(<!-- draw: (?P<name>[\w-]+) -->\n)(?P<body>.*?)(<!-- /draw -->)", re.DOTALL)
_WIDE = 7  # a rule that holds in so many phases is no arrow of the diagram but a line of the table
_BACK = "where it began"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", r"\|") for cell in line) + " |" for line in lines) + "\n"


def _code(words: Iterable[object]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _in_order(phases: Iterable[Phase]) -> list[Phase]:
    order = list(Phase)
    return sorted(phases, key=order.index)


def _first_line(documented: object) -> str:
    """What an object says of itself, in one sentence."""
    text = " ".join((documented.__doc__ or "").split("\n\n")[0].split())
    return re.split(r"(?<=\.) ", text)[0]


def phases(_: str) -> str:
    """The state diagram and the rules."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for rule in RULES:
        to = "back" if rule.to is None else rule.to.value
        if len(rule.phases) < _WIDE:
            for phase in _in_order(rule.phases):
                arrows.setdefault((phase.value, to), []).append(rule.effect.value)
    drawn = ["```mermaid", "stateDiagram-v2", f'  state "{_BACK}" as back', "  [*] --> watch"]
    drawn += [f"  {begin} --> {end}: {', '.join(effects)}" for (begin, end), effects in arrows.items()]
    for rule in RULES:
        if len(rule.phases) >= _WIDE and rule.to is not None:
            drawn.append(f"  note right of {rule.to.value}: {rule.effect.value}, in {len(rule.phases)} phases")
    drawn += ["  closed --> [*]", "```", ""]
    rows = []
    for n, rule in enumerate(RULES, 1):
        everywhere = set(Phase) - {Phase.CLOSED} == rule.phases
        seen_in = "every phase but `closed`" if everywhere else _code(_in_order(rule.phases))
        rows.append([str(n), f"`{rule.effect}`", seen_in, _BACK if rule.to is None else f"`{rule.to}`"])
    return "\n".join(drawn) + "\n" + _table(["", "Effect", "In phase", "Leads to"], rows)


def roles(_: str) -> str:
    """What each role may do."""
    rows = []
    for role, may in ROLES.items():
        also = [f"decide {_code([d])}" for d in sorted(may.decides)]
        also += ["say that an own unit holds its fire"] if may.acknowledges else []
        also += ["say that the receivers are ready, and that they have him"] if may.receives else []
        also += ["let stations in and send them away"] if may.admits else []
        asked = "yes" if may.sees_asked else ""
        rows.append([f"`{role}`", "yes" if may.leads else "", asked, "; ".join(["STOP", *also])])
    return _table(["Role", "May hold the lease", "Sees what is asked", "Without the lease"], rows)


def effects(_: str) -> str:
    """The words beside each effect are those of the code's own table."""
    source = Path(interlocks.__file__).with_name("phases.py").read_text("utf-8")
    said = dict(re.findall(r'^    [A-Z_]+ = "(\w+)"  # (.+)$', source, re.MULTILINE))
    return _table(["Effect", "When"], [[f"`{effect}`", said[effect.value]] for effect in Effect])


def conditions(_: str) -> str:
    rows = []
    for row in CONDITIONS:
        effects_now = _code(effect.value for effect in Effect if effect in row.effects)
        words = row.words.replace("{not_ours}", "…")
        rows.append([f"`{row.name}`", effects_now, f"“{words}” ({row.level})" if words else ""])
    return _table(["Condition", "Effects while it holds", "The operator is told"], rows)


def locks(_: str) -> str:
    found = [(name, value) for name, value in vars(interlocks).items() if name.endswith("_lock") and callable(value)]
    return _table(["Interlock", "What it demands"], [[f"`{name}`", _first_line(value)] for name, value in found])


def signals(_: str) -> str:
    rows = []
    for row in SIGNALS.values():
        channels = ", ".join(row.channels) + (" (once the legend is known)" if row.light_needs_legend else "")
        lasts_s = manoeuvre_for(row.signal, Enu(0.0, 16.0, 6.0), ZERO).duration_s
        shown = f"![{row.shown_by}](../pictures/signals/{row.signal}.svg)<br>{row.shown_by}, {lasts_s:.0f} s"
        rows.append([f"`{row.signal.upper()}`", shown, row.meaning, row.confidence, channels, row.collides])
    return _table(["Signal", "How he sees it, from 17 m", "Meaning", "Confidence", "Channels", "Mind"], rows)


def gestures(_: str) -> str:
    rows = [[f"`{g.upper()}`", row.meaning, "**yes**" if row.protects else ""] for g, row in GESTURES.items()]
    asked = []
    for gesture, row in GESTURES.items():
        for n, reading in enumerate(row.readings):
            locked = "own side holds fire" if reading.promises else ""
            name = f"`{gesture.upper()}`" if n == 0 else ""
            answer = f"`{reading.answer.upper()}`: {reading.answer_words}"
            asked.append([name, f"“{reading.question}”", answer, locked])
    return (
        _table(["Gesture", "Read as", "Protects"], rows)
        + "\nWhat the operator may understand, and the only answer that is then offered:\n\n"
        + _table(["He shows", "“I understand …”", "Answer", "Locked until"], asked)
    )


def questions(_: str) -> str:
    rows = []
    for row in QUESTIONS.values():
        first, otherwise = (
            f"“{PHRASES[form.phrase].meaning}” beside `{form.signal.upper()}`" for form in (row.first, row.otherwise)
        )
        rows.append([f"“{row.words}”", first, otherwise, _code(sorted(g.upper() for g in row.yes)), row.if_yes])
    return _table(["We ask", "Twice", "Then otherwise", "Yes is", "What a yes does"], rows)


def phrases(_: str) -> str:
    places = {"both": "voice, note", "voice": "voice"}
    rows = [[f"`{p.key}`", p.meaning, places[p.place], "**yes**" if p.promises else ""] for p in PHRASES.values()]
    return _table(["Phrase", "Meaning", "Where", "Locked"], rows)


def languages(_: str) -> str:
    rows = []
    for row in LANGUAGES.values():
        book = own_phrases(row.code)
        checked = f"{book.checked_by}, {book.checked_on}" if book.checked else book.mark
        follow = book.phrases["follow"].printed
        rows.append([f"`{row.code}`", row.name, row.own_name, follow, checked])
    return _table(["Code", "Language", "", "`follow`", "Checked"], rows)


def laws(_: str) -> str:
    return _table(["Rule", "Demands", "Source"], [[f"`{name}`", *row] for name, row in LAWS.items()])


def settings(body: str) -> str:
    return _numbers(body, Settings, "settings.md", ("Setting", "Default", "Meaning", "Where the default comes from"))


def prices(body: str) -> str:
    return _numbers(body, Rules, "price.md", ("Rule", "Value", "Meaning", "Where it comes from"))


def walkers(body: str) -> str:
    return _numbers(body, Walker, "price.md", ("Of him and the aircraft", "Value", "Meaning", "Where it comes from"))


def _numbers(body: str, struct: type[msgspec.Struct], page: str, head: Sequence[str]) -> str:
    """Names and defaults from the code; meaning and source are kept from the page. A new one has none yet."""
    words: dict[str, list[str]] = {}
    for line in body.splitlines():
        cells = [cell.strip() for cell in line.strip("| ").split(" | ")]
        if len(cells) == 4:
            words[cells[0].strip("`")] = cells[2:]
    rows = []
    for field in msgspec.structs.fields(struct):
        rows.append([f"`{field.name}`", f"{field.default:g}", *words.get(field.name, ["", ""])])
    if lacking := [row[0] for row in rows if not row[2]]:
        sys.stderr.write(f"docs/reference/{page}: say what {', '.join(lacking)} means\n")
    return _table(head, rows)


def kinds(_: str) -> str:
    rows = []
    for io, union in (("event", AnyEvent), ("command", AnyCommand)):
        for struct in get_args(union):
            fields = [field.name for field in msgspec.structs.fields(struct) if field.name != "t_ns"]
            rows.append([io, f"`{struct.__struct_config__.tag}`", _code(fields)])
    return _table(["io", "kind", "Fields in `body` besides `t_ns`"], rows)


def audit(_: str) -> str:
    rows = []
    for level, group in groupby(sorted(rules(), key=lambda rule: rule.level != REFUSE), key=lambda rule: rule.level):
        for rule in group:
            when = _when(rule.wrong) + (", or not told" if rule.absent == level else "")
            rows.append([f"**{level}**" if level == REFUSE else level, " / ".join(f"`{n}`" for n in rule.names), when])
            rows[-1].append(rule.why)
    return _table(["", "Parameter", "Value", "Because"], rows)


def _when(wrong: Callable[[float], bool], top: int = 2000) -> str:
    """Which values are wrong, in words, from trying whole numbers."""
    bad = [value for value in range(top + 1) if wrong(value)]
    good = [value for value in range(top + 1) if not wrong(value)]
    runs = [[v for _, v in run] for _, run in groupby(enumerate(bad), key=lambda pair: pair[1] - pair[0])]
    if len(bad) <= 3 or (len(runs) == 1 and runs[0][0] > 0 and runs[0][-1] < top):
        return ", ".join(str(v) for v in bad) if len(bad) <= 3 else f"{runs[0][0]} to {runs[0][-1]}"
    if len(good) <= 10:
        return f"other than {', '.join(str(v) for v in good)}"
    if len(runs) == 1:
        return f"below {runs[0][-1] + 1}" if runs[0][0] == 0 else f"above {runs[0][0] - 1}"
    bit = next(n for n in range(16) if wrong(1 << n))
    return f"bit {bit} set"


def options(_: str) -> str:
    """Every verb with its options. The twin's own options are those of `safeconduct twin --help`."""
    command: Any = typer.main.get_command(app)  # typer brings a command library of its own: told by what it has
    parts = []
    for name, verb in command.commands.items():
        rows = []
        for parameter in verb.params:
            if parameter.param_type_name != "option":
                rows.append([f"`{parameter.name.upper()}`", parameter.help or "", ""])
            elif parameter.name != "help":
                told = "" if parameter.default is None or parameter.is_flag else f"`{parameter.default}`"
                rows.append([_code(parameter.opts), parameter.help or "", told])
        parts.append(f"### `{name}`\n\n{(verb.help or '').strip()}\n")
        if rows:
            parts.append(_table(["Option", "", "Default"], rows))
    return "\n".join(parts)


DRAWN: dict[str, Callable[[str], str]] = {
    "phases": phases,
    "effects": effects,
    "roles": roles,
    "conditions": conditions,
    "interlocks": locks,
    "signals": signals,
    "gestures": gestures,
    "phrases": phrases,
    "questions": questions,
    "languages": languages,
    "laws": laws,
    "settings": settings,
    "prices": prices,
    "walkers": walkers,
    "kinds": kinds,
    "audit": audit,
    "options": options,
}


def drawn(text: str) -> str:
    """A page with all its places filled. Raises KeyError: a place names no table."""

    def fill(place: re.Match[str]) -> str:
        body = DRAWN[place["name"]](place["body"])
        return f"{place[1]}\n{body}\n{place[4]}"

    return _PLACE.sub(fill, text)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="say which pages are stale, write nothing")
    check = parser.parse_args().check
    stale, places = [], set()
    for page in sorted((ROOT / "docs").rglob("*.md")):
        text = page.read_text("utf-8")
        places |= {place["name"] for place in _PLACE.finditer(text)}
        if (new := drawn(text)) != text:
            stale.append(page.relative_to(ROOT))
            if not check:
                page.write_text(new, "utf-8")
    if missing := set(DRAWN) - places:
        sys.stderr.write(f"no page has a place for: {', '.join(sorted(missing))}\n")
    if check and stale:
        sys.stderr.write(f"stale: {', '.join(map(str, stale))}; run python tools/draw_tables.py\n")
    return 1 if missing or (check and stale) else 0


if __name__ == "__main__":
    sys.exit(main())
