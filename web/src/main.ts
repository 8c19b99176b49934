// The page: one more subscriber of the record's events. It keeps nothing of the mission; a reload loses nothing.

import { Decisions } from "./decide";
import { button, byId, text } from "./elements";
import { Gamepads } from "./gamepad";
import { Link } from "./link";
import { openMap, type Mapped } from "./map";
import { Picture } from "./picture";
import { Reports } from "./report";
import { Settings } from "./settings";
import { Signs } from "./signs";
import { Speech } from "./speech";
import { decidesFreely, leads, Stations } from "./stations";
import { Status } from "./status";
import { Talk } from "./talk";
import { Player } from "./timeline";
import type { Hello, Now, Scenery, Told } from "./told";
import { said, speak, tr } from "./words";

const STALE_S = 1.0;
const NO_CONTACT_MS = 2500;
const MAP_EVERY_MS = 200;

let hello: Hello | null = null;
let scenery: Scenery | null = null;
let now: Now | null = null;
let map: Mapped | null = null;
let mappedAt = 0;
let notice = { words: "", until: 0 };

const status = new Status();
const talk = new Talk((seconds) => player.shown && player.seek(seconds));
const link = new Link(take, () => talk.renew());
const player = new Player(link);
const decisions = new Decisions(link, say);
const stations = new Stations(link, say);
const picture = new Picture(
  (tap) => {
    const action = now?.actions.find((a) => (a.name === "select" || a.name === "is_he") && a.track === tap.body?.track);
    if (action) decisions.act(action);
    else if (tap.body?.doubtful) say(tr("app.doubtful"));
  },
  (box) => link.say({ kind: "point", box }, (answer) => !answer.ok && say(said(answer.words))),
);
const reports = new Reports(link, say, () => ({ now, mine: decisions.mine && hello?.replayed !== true }));
const signs = new Signs();
const speech = new Speech();
const settings = new Settings(link, speech, words, {
  more: () => decisions.showMore(),
  point: () => {
    picture.pointing = true;
    say(tr("app.pointing"));
  },
  map: () => remap(),
});
new Gamepads((key) => press(key));

function take(told: Told): void {
  switch (told.kind) {
    case "hello":
      hello = told;
      decisions.languages = told.languages;
      words();
      decisions.leads = leads(told.role);
      decisions.free = decidesFreely(told.role);
      stations.greet(told);
      break;
    case "stations":
      stations.take(told);
      break;
    case "scenery":
      if (JSON.stringify(told) !== JSON.stringify(scenery)) {
        scenery = told;
        map = null;
        reports.stage(told);
        document.title = `${told.name} · safeconduct`;
        remap();
      }
      break;
    case "said":
      if (told.anew) talk.renew();
      talk.add(told.lines);
      break;
    case "timeline":
      player.take(told);
      break;
    case "now":
      now = told;
      show();
      break;
    case "answered":
      if (!told.ok && told.to === 0) say(said(told.words));
      break;
    default:
      break;
  }
}

function remap(): void {
  if (!scenery) return;
  void openMap(byId("land"), scenery, settings.fullMap, (at) => reports.open(at)).then((opened) => {
    map = opened;
    if (now) opened.show(now);
  });
}

/** Age of the picture on the screen, s: mission time behind the newest word, and how long the station is silent. */
function pictureAge(): number | null {
  if (now && hello?.replayed) return now.picture_ok || now.picture_age_s ? now.picture_age_s : null;
  if (!now || !picture.tNs) return null;
  return Math.max(0, (now.t_ns - picture.tNs) / 1e9) + Math.max(0, (performance.now() - link.heardAt - 1200) / 1000);
}

function show(): void {
  if (!now) return;
  const age = pictureAge();
  const stale = age === null ? !now.picture_ok : age > STALE_S;
  decisions.stale = stale && now.phase !== "closed";
  decisions.past = hello?.replayed === true;
  decisions.mine = hello !== null && now.lease.holder === hello.who;
  byId("picture").classList.toggle("stale", stale);
  byId("picture-age").textContent = age === null ? "" : tr("status.age", "", age.toFixed(1));
  byId("picture-words").textContent = [picture.tNs ? "" : tr("app.no_picture"), picture.fellBack ? tr("app.single_pictures") : "", hello?.simulated ? tr("app.simulated") : ""].filter(Boolean).join(" · ");
  decisions.doubtful = picture.doubtful;
  player.show(now);
  picture.follow(now.person?.track ?? null, now.person?.candidate ?? null);
  document.body.classList.toggle("no-film", !picture.tNs && performance.now() > 4000);
  signs.show(now);
  speech.show(now);
  status.show(now, age);
  decisions.show(now);
  settings.show(now, hello);
  stations.now(now);
  if (map && performance.now() - mappedAt > MAP_EVERY_MS) {
    mappedAt = performance.now();
    map.show(now);
  }
  showNext(now);
  showWay(now);
}

function showNext(is: Now): void {
  const name = is.next_step.name.startsWith("answer_") ? "answer" : is.next_step.name;
  const words = performance.now() < notice.until ? notice.words : hello?.replayed ? tr("replay.is_record") : tr(`next.${name}`, "", nextWords(is.next_step.words));
  put("next-words", words);
  showFailing(is.failing.map(said).filter((why) => !words.includes(why)));
}

/** The checklist of the aircraft: only what fails. */
function showFailing(failing: string[]): void {
  const list = byId("failing");
  const state = failing.join("|");
  if (list.dataset["state"] === state) return;
  list.dataset["state"] = state;
  list.hidden = !failing.length;
  list.setAttribute("aria-label", tr("checklist.title"));
  list.replaceChildren(...failing.map((why) => text("li", `✕ ${why}`)));
}

/** The core's own reason, or the name of a signal. */
function nextWords(words: string): string {
  return /^[a-z_]+$/.test(words) ? tr(`signal.${words}`) : said(words);
}

function showWay(is: Now): void {
  const person = is.person;
  if (!person) return put("way", "");
  const doing =
    person.seen_age_s > 2 ? tr("app.seen_ago", "", person.seen_age_s.toFixed(0))
    : person.still_s > 3 ? tr("app.resting", "", person.still_s.toFixed(0))
    : tr("app.pace", "", person.pace_mps.toFixed(1)); // prettier-ignore
  put("way", tr("app.km_to_go", "", person.progress_m.toFixed(0), is.route_m.toFixed(0), doing));
}

function put(id: string, words: string): void {
  const element = byId(id);
  if (element.textContent !== words) element.textContent = words;
}

/** A short word to the operator, in the place where he looks anyway. */
function say(words: string): void {
  notice = { words, until: performance.now() + 4000 };
  if (now) showNext(now);
}

function words(): void {
  (document.querySelector("#talk h2") as HTMLElement).textContent = tr("app.conversation");
  byId("drawn").setAttribute("aria-label", tr("app.picture"));
  decisions.words();
  player.words();
  stations.words();
  talk.words();
  signs.words();
  map?.words();
  reports.words();
  byId("lines").setAttribute("aria-label", tr("app.conversation"));
  byId("failing").dataset["state"] = "?";
  const help = byId<HTMLDialogElement>("help");
  help.replaceChildren(text("h2", tr("help.title")), ...tr(hello?.replayed ? "help.replay" : "help.text").split("|").map((line) => text("p", line)));
  help.append(button(tr("app.close"), () => help.close()));
  show();
}

function press(key: string): void {
  for (const type of ["keydown", "keyup"]) document.dispatchEvent(new KeyboardEvent(type, { key, bubbles: true }));
}

for (const type of ["keydown", "keyup"] as const) {
  document.addEventListener(
    type,
    (event) => {
      if (hello?.replayed ? player.key(event) : decisions.key(event)) {
        event.preventDefault();
        event.stopPropagation();
      } else if (type === "keydown" && !(event.target instanceof HTMLInputElement)) settings.key(event);
    },
    { capture: true },
  );
}

setInterval(() => {
  const silent = link.heardAt ? performance.now() - link.heardAt : performance.now();
  const banner = byId("banner");
  const lost = silent > NO_CONTACT_MS;
  document.body.classList.toggle("no-contact", lost);
  if (lost) {
    const words = tr("app.no_contact", "", (silent / 1000).toFixed(0));
    if (banner.hidden) banner.textContent = words; // said once; the seconds are shown, not spoken again
    banner.dataset["seconds"] = (silent / 1000).toFixed(0);
  }
  banner.hidden = !lost;
  if (now) show();
}, 250);

speak(settings.language);
words();
