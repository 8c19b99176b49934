"""The reviewer's page: one file, no network, best hits first, blurred; yes or no by one key each.

Answers stay in the browser until they are saved as `feedback.json`, which `scan --feedback` takes in again.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from html import escape

from safeconduct.archive.ledger import FileResult
from safeconduct.archive.ranking import RankedHit

_STYLE = """
:root{color-scheme:light dark}
body{font:16px/1.45 system-ui,sans-serif;margin:1.2rem auto;max-width:74rem;padding:0 1rem}
h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}
.hit{display:grid;grid-template-columns:160px 1fr auto;gap:1rem}
.hit{padding:.7rem;border:1px solid #8886;border-radius:6px;margin:.5rem 0}
.hit:focus{outline:3px solid #e8a200}
.hit img{width:160px;height:160px}
.hit.yes{border-left:10px solid #0072b2}.hit.no{opacity:.55;border-left:10px solid #999}
.hit button{min-width:4.5rem;min-height:2.6rem;font-size:1rem;margin:.15rem}
code{word-break:break-all;font-size:.85em}
table{border-collapse:collapse;font-size:.9rem}td,th{padding:.2rem .7rem;text-align:left;border-bottom:1px solid #8884}
.bar{position:sticky;top:0;background:Canvas;padding:.5rem 0;display:flex;gap:1rem;align-items:center;flex-wrap:wrap}
"""

_SCRIPT = """
const kept = 'safeconduct-scan-' + document.body.dataset.scan;
let answers = {};
try { answers = JSON.parse(localStorage.getItem(kept) || '{}'); } catch { answers = {}; }
const hits = [...document.querySelectorAll('.hit')];
for (const {dataset} of hits) if (dataset.answer) answers[dataset.key] ||= dataset.answer;
function show() {
  for (const hit of hits) {
    const said = answers[hit.dataset.key] || '';
    hit.classList.toggle('yes', said === 'yes');
    hit.classList.toggle('no', said === 'no');
    hit.querySelector('.said').textContent = said === 'yes' ? 'looks like a plea' : said === 'no' ? 'no plea' : '';
  }
  const given = hits.filter(h => answers[h.dataset.key]).length;
  document.getElementById('count').textContent = given + ' of ' + hits.length + ' reviewed';
  try { localStorage.setItem(kept, JSON.stringify(answers)); } catch { /* a private window keeps nothing */ }
}
function answer(hit, said) {
  if (said) answers[hit.dataset.key] = said; else delete answers[hit.dataset.key];
  show();
  const next = hits[hits.indexOf(hit) + 1];
  if (next && said) next.focus();
}
for (const hit of hits)
  for (const button of hit.querySelectorAll('button'))
    button.addEventListener('click', () => answer(hit, button.dataset.said));
document.addEventListener('keydown', event => {
  const hit = event.target.closest && event.target.closest('.hit');
  const at = hits.indexOf(hit);
  if (event.key === 'j') (hits[at + 1] || hits[0])?.focus();
  else if (event.key === 'k') hits[Math.max(at - 1, 0)]?.focus();
  else if (hit && event.key === 'y') answer(hit, 'yes');
  else if (hit && event.key === 'n') answer(hit, 'no');
  else if (hit && event.key === 'u') answer(hit, '');
});
document.getElementById('save').addEventListener('click', () => {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([JSON.stringify({answers}, null, 1)], {type: 'application/json'}));
  link.download = 'feedback.json';
  link.click();
});
show();
"""


def review_page(
    hits: Sequence[RankedHit],
    results: Sequence[FileResult],
    settings: Mapping[str, str],
    thumbnails: Mapping[str, bytes],
) -> str:
    """The whole page. thumbnails: JPEGs by hit key, blurred already."""
    failed = [r for r in results if r.ending == "failed"]
    unsure = [r for r in results if r.ending == "done" and not r.hits]
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Archive scan: {len(hits)} to review</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<style>{_STYLE}</style></head>
<body data-scan="{escape(settings.get("settings", ""))}">
<h1>People who may have tried to surrender</h1>
<p>{len(hits)} moments in {len(results)} files, likeliest first. A program pointed them out; only a human says what they
are, and no hit does not mean that nobody pleaded. Pictures are blurred so that nobody is shown and you are spared; open
the file at the time given to see more.</p>
<div class="bar"><strong id="count" role="status"></strong>
<button id="save">Save answers (feedback.json)</button>
<span>Keys: <kbd>j</kbd> <kbd>k</kbd> next, previous; <kbd>y</kbd> yes; <kbd>n</kbd> no; <kbd>u</kbd> undo</span></div>
{"".join(_one(h, thumbnails.get(h.key)) for h in hits) or "<p>No plea was found.</p>"}
<h2>Somebody is in these, and no plea was found ({len(unsure)})</h2>
{_files(unsure)}
<h2>Could not be looked at ({len(failed)})</h2>
{_files(failed)}
<h2>How it was done</h2>
<table>{"".join(f"<tr><th>{escape(k)}</th><td><code>{escape(v)}</code></td></tr>" for k, v in settings.items())}</table>
<script>{_SCRIPT}</script></body></html>
"""


def _one(ranked: RankedHit, jpeg: bytes | None) -> str:
    hit = ranked.hit
    image = f'<img alt="blurred" src="data:image/jpeg;base64,{b64encode(jpeg).decode()}">' if jpeg else "<span></span>"
    return f"""<article class="hit" tabindex="0" data-key="{escape(ranked.key)}" data-answer="{escape(ranked.answer)}">
{image}<div><strong>{escape(hit.gesture.replace("_", " "))}</strong>, {_clock(hit.from_s)} to {_clock(hit.to_s)},
confidence {hit.confidence:.2f}, score {ranked.score:.2f}<br>{escape(ranked.file)}<br>{escape(hit.why)}<br>
surest at {hit.at_s:.2f} s<br><code>sha256 {escape(ranked.sha256)}</code></div>
<div><button data-said="yes">Yes</button><button data-said="no">No</button><br><span class="said" role="status"></span>
</div></article>
"""


def _files(results: Sequence[FileResult]) -> str:
    if not results:
        return "<p>None.</p>"
    rows = "".join(
        f"<tr><td>{escape(r.file.name)}</td><td>{_clock(r.duration_s)}</td><td>{escape(r.why)}</td></tr>"
        for r in results
    )
    return f"<table><tr><th>File</th><th>Length</th><th>Why</th></tr>{rows}</table>"


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}"
