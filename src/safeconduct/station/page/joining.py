"""The page before the page: where a station from elsewhere types its code. Plain HTML without a script."""

from __future__ import annotations

from html import escape
from typing import NamedTuple

CODE_FORM_MAX_BYTES = 200


class _Words(NamedTuple):
    title: str
    ask: str
    go: str
    watched: str


_WORDS = {
    "en": _Words(
        "Join this mission",
        "The code that the operator gave you. It lets one station in, once.",
        "Join",
        "What you see here is about people under protection. Keep it from all who need not know.",
    ),
    "uk": _Words(
        "Приєднатися до місії",
        "Код, який дав вам оператор. Він впускає одну станцію, один раз.",
        "Приєднатися",
        "Те, що ви тут бачите, стосується людей під захистом. Не показуйте тим, кому не треба знати.",
    ),
    "he": _Words(
        "הצטרפות למשימה",
        "הקוד שנתן לך המפעיל. הוא מכניס תחנה אחת, פעם אחת.",
        "הצטרפות",
        "מה שרואים כאן נוגע לאנשים תחת הגנה. אין להראות למי שאינו צריך לדעת.",
    ),
}
STYLE = """\
html { background: #10151a; color: #e8eef2; font: 1.15rem/1.5 system-ui, sans-serif; }
body { max-width: 30rem; margin: 12vh auto; padding: 0 1rem; }
input, button { font: inherit; padding: .6rem .8rem; border-radius: .3rem; border: 2px solid #7fa8c9; }
input { width: 12rem; background: #000; color: #fff; letter-spacing: .15em; text-transform: uppercase; }
button { background: #1f6fb2; color: #fff; }
[role=alert] { color: #ffb0a0; font-weight: bold; }
.small { font-size: .9rem; color: #aab8c2; }
"""


def join_page(accepted: str, why: str = "") -> str:
    """accepted: the browser's Accept-Language. why: what was wrong with the last try, "" for none."""
    code = next((c for c in (part.strip()[:2].lower() for part in accepted.split(",")) if c in _WORDS), "en")
    words = _WORDS[code]
    alert = f'<p role="alert">{escape(why)}</p>' if why else ""
    return (
        f'<!doctype html><html lang="{code}" dir="{"rtl" if code == "he" else "ltr"}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>safeconduct</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/join.css"></head>'
        f"<body><h1>{words.title}</h1>{alert}"
        f'<form method="post" action="/join"><p><label for="code">{words.ask}</label></p>'
        '<p><input id="code" name="code" required maxlength="12" autocomplete="off" autocapitalize="characters" '
        f'spellcheck="false" autofocus> <button>{words.go}</button></p></form>'
        f'<p class="small">{words.watched}</p></body></html>'
    )
