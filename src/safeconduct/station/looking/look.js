"use strict";
// The look-over page: pictures of the copy one by one, doubtful moments on a line, regions drawn upon them.
const by = (id) => document.getElementById(id);
const canvas = by("picture"), pen = canvas.getContext("2d"), seek = by("seek");
const AROUND_S = 1, LEAST_PX = 6, STEP_PX = 4;
let sheet = null, at = 0, shown = null, playing = false, chosen = -1, drawing = null, asked = 0, busy = false, over = false;
let regions = [], seen = new Set();

const clock = (s) => `${Math.floor(s / 60)}:${(s % 60).toFixed(2).padStart(5, "0")}`;

async function begin(next) {
  const first = sheet === null;
  sheet = next;
  by("name").textContent = sheet.name;
  canvas.width = sheet.width_px;
  canvas.height = sheet.height_px;
  seek.max = sheet.seconds.length - 1;
  by("fault").textContent = sheet.fault;
  by("fault").hidden = !sheet.fault;
  const whole = Math.max(sheet.seconds.at(-1), 1e-3);
  by("marks").replaceChildren(...sheet.doubts.map((number) => {
    const mark = document.createElement("i");
    mark.style.left = `${(100 * sheet.seconds[number]) / whole}%`;
    mark.dataset.number = number;
    return mark;
  }));
  await show(first ? (sheet.doubts[0] ?? 0) : at);
}

async function show(number) {
  at = Math.max(0, Math.min(sheet.seconds.length - 1, number));
  seek.value = at;
  seek.setAttribute("aria-valuetext", clock(sheet.seconds[at]));
  const mine = ++asked, version = sheet.version;
  const image = new Image();
  image.src = `/picture/${at}?v=${version}`;
  try { await image.decode(); } catch { return fault("this picture could not be read from the copy"); }
  if (mine !== asked || version !== sheet.version) return;
  shown = image;
  for (const one of sheet.doubts) if (one === at) seen.add(one);
  draw();
}

function fault(words) { by("fault").textContent = words; by("fault").hidden = !words; }

function draw() {
  if (shown) pen.drawImage(shown, 0, 0, canvas.width, canvas.height);
  const now = sheet.seconds[at], thick = Math.max(2, canvas.width / 400);
  regions.forEach((one, n) => {
    if (now < one.from_s - 1e-3 || now > one.to_s + 1e-3) return;
    const [x1, y1, x2, y2] = one.box;
    pen.fillStyle = "rgba(230,159,0,.35)";
    pen.fillRect(x1, y1, x2 - x1, y2 - y1);
    pen.lineWidth = thick;
    pen.strokeStyle = n === chosen ? "#fff" : "#e69f00";
    pen.strokeRect(x1, y1, x2 - x1, y2 - y1);
  });
  if (drawing) {
    pen.strokeStyle = "#fff";
    pen.lineWidth = thick;
    pen.strokeRect(...drawing.from, drawing.to[0] - drawing.from[0], drawing.to[1] - drawing.from[1]);
  }
  tell();
}

function tell() {
  const left = sheet.doubts.length - seen.size;
  by("state").textContent = over ? "Looked over: the copy is signed anew. You may close this page."
    : busy ? "The film is being written anew …"
    : `${seen.size} of ${sheet.doubts.length} doubtful moments seen, ${sheet.covered_more} covered by hand`;
  by("at").textContent = `${clock(sheet.seconds[at])} · picture ${at + 1} of ${sheet.seconds.length}`;
  for (const mark of by("marks").children) mark.classList.toggle("seen", seen.has(Number(mark.dataset.number)));
  by("play").lastChild.textContent = playing ? " Stop" : " Play";
  by("cover").disabled = busy || over || !regions.length;
  const named = /^[\p{L}\p{N}_][\p{L}\p{N}_ .-]{1,39}$/u.test(by("pseudonym").value);
  const why = over ? "" : regions.length ? "First cover what you have drawn, and look at it again."
    : left ? `${left} doubtful moments have not been seen yet: press n.`
    : !named ? "Give a pseudonym of 2 to 40 letters." : "";
  by("why").textContent = why;
  by("done").disabled = busy || over || Boolean(why);
}

function list() {
  by("regions").replaceChildren(...regions.map((one, n) => {
    const item = document.createElement("li");
    item.classList.toggle("chosen", n === chosen);
    const [x1, y1, x2, y2] = one.box.map(Math.round);
    item.append(`${x2 - x1} × ${y2 - y1} px at ${x1}, ${y1} `, document.createElement("br"));
    for (const key of ["from_s", "to_s"]) {
      const label = document.createElement("label"), input = document.createElement("input");
      input.type = "number"; input.min = 0; input.step = 0.1; input.value = one[key].toFixed(2);
      input.addEventListener("change", () => {
        const s = Number(input.value);
        if (Number.isFinite(s) && s >= 0) one[key] = s;
        if (one.to_s < one.from_s) [one.from_s, one.to_s] = [one.to_s, one.from_s];
        list();
      });
      label.append(key === "from_s" ? "from s " : "to s ", input);
      item.append(label);
    }
    const all = press("Whole film", () => { one.from_s = 0; one.to_s = sheet.seconds.at(-1); list(); });
    const away = press("Take back", () => { regions.splice(n, 1); chosen = -1; list(); });
    item.append(all, " ", away);
    return item;
  }));
  draw();
}

function press(words, does) {
  const button = document.createElement("button");
  button.textContent = words;
  button.addEventListener("click", does);
  return button;
}

function add(box) {
  if (busy || over) return;
  const now = sheet.seconds[at];
  regions.push({ box, from_s: Math.max(0, now - AROUND_S), to_s: Math.min(sheet.seconds.at(-1), now + AROUND_S) });
  chosen = regions.length - 1;
  list();
}

function middle() {
  stop();
  const w = canvas.width / 8, h = canvas.height / 8, x = canvas.width / 2, y = canvas.height / 2;
  add([x - w / 2, y - h / 2, x + w / 2, y + h / 2]);
  canvas.focus();
}

function place(event) {
  // object-fit: contain may leave bars beside the picture
  const r = canvas.getBoundingClientRect();
  const scale = Math.min(r.width / canvas.width, r.height / canvas.height);
  const x = (event.clientX - r.left - (r.width - canvas.width * scale) / 2) / scale;
  const y = (event.clientY - r.top - (r.height - canvas.height * scale) / 2) / scale;
  return [Math.max(0, Math.min(canvas.width, x)), Math.max(0, Math.min(canvas.height, y))];
}

canvas.addEventListener("pointerdown", (event) => {
  if (busy || over || event.button) return;
  stop();
  canvas.setPointerCapture(event.pointerId);
  drawing = { from: place(event), to: place(event) };
});
canvas.addEventListener("pointermove", (event) => { if (drawing) { drawing.to = place(event); draw(); } });
canvas.addEventListener("pointerup", () => {
  if (!drawing) return;
  const [[ax, ay], [bx, by_]] = [drawing.from, drawing.to];
  drawing = null;
  const box = [Math.min(ax, bx), Math.min(ay, by_), Math.max(ax, bx), Math.max(ay, by_)];
  if (box[2] - box[0] >= LEAST_PX && box[3] - box[1] >= LEAST_PX) add(box); else draw();
});
canvas.addEventListener("pointercancel", () => { drawing = null; draw(); });

function nudge(event) {
  const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
  if (!way || chosen < 0 || document.activeElement !== canvas) return false;
  const box = regions[chosen].box, [dx, dy] = way.map((v) => v * STEP_PX);
  const to = [...box];
  if (event.shiftKey) { to[2] += dx; to[3] += dy; } else { to[0] += dx; to[2] += dx; to[1] += dy; to[3] += dy; }
  if (to[2] - to[0] >= LEAST_PX && to[3] - to[1] >= LEAST_PX) regions[chosen].box = to;
  list();
  return true;
}

async function play() {
  if (playing) return stop();
  playing = true;
  tell();
  let began = performance.now() - 1000 * sheet.seconds[at];
  while (playing && at < sheet.seconds.length - 1) {
    // every picture is shown: a face may be in one alone. A slow machine plays slower.
    await show(at + 1);
    const early = 1000 * sheet.seconds[at] - (performance.now() - began);
    if (early > 0) await new Promise((done) => setTimeout(done, early)); else began -= early;
  }
  stop();
}

function stop() { playing = false; if (sheet) tell(); }

function doubt(step) {
  stop();
  const ahead = step > 0 ? sheet.doubts.filter((n) => n > at) : sheet.doubts.filter((n) => n < at).reverse();
  const first = step > 0 ? sheet.doubts[0] : sheet.doubts.at(-1);
  if (first !== undefined) show(ahead[0] ?? first);
}

const step = (by_) => { stop(); show(at + by_); };
const does = {
  " ": play, n: () => doubt(1), p: () => doubt(-1), ",": () => step(-1), ".": () => step(1), b: middle,
  ArrowLeft: () => step(-1), ArrowRight: () => step(1), Escape: () => { chosen = -1; list(); },
};
document.addEventListener("keydown", (event) => {
  if (!sheet || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target instanceof HTMLInputElement && event.target !== seek) return;
  if (event.target === seek && event.key.startsWith("Arrow")) return;
  if (event.target instanceof HTMLButtonElement && event.key === " ") return;
  if (nudge(event)) return event.preventDefault();
  const done = does[event.key];
  if (done) { event.preventDefault(); done(); }
});
by("play").addEventListener("click", play);
by("before").addEventListener("click", () => doubt(-1));
by("next").addEventListener("click", () => doubt(1));
by("back").addEventListener("click", () => step(-1));
by("on").addEventListener("click", () => step(1));
by("box").addEventListener("click", middle);
seek.addEventListener("input", () => { stop(); show(Number(seek.value)); });
by("pseudonym").addEventListener("input", tell);

const send = (where, value) => fetch(where, { method: "POST", body: JSON.stringify(value) });

by("cover").addEventListener("click", async () => {
  stop();
  busy = true;
  tell();
  try {
    const answer = await send("/cover", { regions });
    if (!answer.ok) throw new Error(await answer.text());
    const next = await answer.json();
    if (!next.fault) {
      // what was covered is looked at once more
      for (const one of next.doubts) {
        const s = next.seconds[one];
        if (regions.some((r) => s >= r.from_s - 1e-3 && s <= r.to_s + 1e-3)) seen.delete(one);
      }
      regions = [];
      chosen = -1;
    }
    busy = false;
    await begin(next);
    list();
  } catch (error) { busy = false; fault(String(error.message ?? error)); tell(); }
});

by("done").addEventListener("click", async () => {
  stop();
  busy = true;
  tell();
  try {
    const answer = await send("/looked-over", {
      pseudonym: by("pseudonym").value, seen: seen.size, version: sheet.version,
    });
    if (!answer.ok) throw new Error(await answer.text());
    over = true;
  } catch (error) { fault(String(error.message ?? error)); }
  busy = false;
  tell();
});

fetch("/sheet").then((answer) => answer.json()).then(begin).catch((error) => fault(String(error)));
