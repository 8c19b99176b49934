"""What each event says becomes state. Facts only: no phase moves here, one-shot effects are handed to the machine."""

from __future__ import annotations

from collections.abc import Callable
from math import hypot
from typing import Any

from msgspec.structs import replace

from safeconduct.conduct import asking, dialogue, group, saying, transmission
from safeconduct.conduct.interlocks import UNKNOWN_PACE_MPS
from safeconduct.conduct.phases import Effect
from safeconduct.conduct.state import NoFire, NoteState, PersonState
from safeconduct.conduct.turn import Turn
from safeconduct.model import events as e
from safeconduct.model.commands import Option, StandDown
from safeconduct.model.geometry import Enu, ground_range_m
from safeconduct.model.mission_time import after, seconds_between
from safeconduct.model.plan import Area
from safeconduct.model.vocabulary import ESCORT_PHASES, FOLLOWS_US, Decision, Mode, Phase, PlanRole, Posture
from safeconduct.routes import Way, stretches_near, way_through

# Alpha-beta filter of the person's place: time constants of about 0.3 s and 1.5 s at ten pictures a second.
_ALPHA, _BETA = 0.3, 0.02
STILL_MPS, STEP_M = 0.2, 0.5
"""Slower he stands still, unless he is half a metre from where he stood: a hurt man's 0.1 m/s is a walk too."""
STRIDE_M, STRIDE_S = 1.0, 12.0
"""His pace is measured over so much of his walk, and not over a walk with a rest in it."""
SAME_TEXT_S = 30.0
NARROW_M = 12.0
"""So near to mines the way itself is flown: he is told to step where the aircraft flew."""
HOME_OR_HOVER = (Option("home", "Fly home"), Option("no", "Keep hovering"))
ON_THE_GROUND = "on the ground: not launched"
_REMEMBERED_OTHERS = 8


def mission_opened(turn: Turn, event: e.MissionOpened) -> None:
    way = way_through(event.plan.route)
    turn.set(plan=event.plan, settings=event.settings, way=way, narrow=narrow_stretches(way, event.plan.areas))


def narrow_stretches(way: Way, areas: tuple[Area, ...]) -> tuple[tuple[float, float], ...]:
    """Stretches of a way (from_m, to_m) so near to mines that the way itself is flown."""
    mines = tuple((area.ring, area.radius_m) for area in areas if area.role == PlanRole.MINES)
    return stretches_near(way, mines, NARROW_M)


def mission_resumed(turn: Turn, event: e.MissionResumed) -> None:
    if turn.state.aircraft.armed:
        turn.set_aircraft(not_ours="the program was restarted: the operator must take the aircraft back")
    else:
        turn.set_aircraft(not_ours=ON_THE_GROUND)
    if turn.state.phase is Phase.CLOSED and turn.state.aircraft.armed:
        turn.set(asked=())
        turn.propose(Decision.RETURN_HOME, "The mission is closed and the aircraft hovers: fly home?", HOME_OR_HOVER)
        return
    turn.set(stopped="restarted", showing=None, queue=(), carrot=None, asked=())
    saying.dropped(turn, "the program was restarted")
    asking.handed_back(turn)
    turn.alert(
        "alarm",
        "restarted",
        f"The program was away for {event.gap_s:.0f} s and is back. Nothing moves until you take the aircraft back.",
    )


def telemetry(turn: Turn, event: e.Telemetry) -> None:
    # Built in one go: this runs ten times a second for hours.
    a = turn.state.aircraft
    not_ours = a.not_ours
    if not event.armed and not_ours != "taking off" and a.armed:
        not_ours = ON_THE_GROUND
    turn.set(
        aircraft=replace(
            a,
            name=event.aircraft,
            position=event.position,
            velocity=event.velocity,
            heading_deg=event.heading_deg,
            mode=event.mode,
            armed=event.armed,
            gps_ok=event.gps_ok,
            battery_pct=event.battery_pct,
            battery_s=event.battery_s,
            wind=event.wind,
            not_ours=not_ours,
        )
    )


def mode_changed(turn: Turn, event: e.ModeChanged) -> None:
    if event.ours:
        turn.set_aircraft(mode=event.mode)
        if event.mode in FOLLOWS_US and turn.state.aircraft.not_ours.startswith("taking back"):
            _ours_again(turn)
        return
    turn.set_aircraft(mode=event.mode)
    if not turn.state.aircraft.not_ours.startswith("on the ground"):
        turn.set_aircraft(not_ours=f"mode {event.name} was chosen by the pilot or the autopilot")
        transmission.drop(turn, f"mode {event.name}")
        turn.command(StandDown(event.t_ns, f"mode {event.name}"))
        turn.set(stopped=f"mode {event.name}", carrot=None)


def vehicle_rebooted(turn: Turn, event: e.VehicleRebooted) -> None:
    turn.set_aircraft(not_ours="the autopilot restarted: the operator must take the aircraft back")
    transmission.drop(turn, "autopilot restarted")
    turn.command(StandDown(event.t_ns, "the autopilot restarted"))
    turn.set(stopped="autopilot restarted", carrot=None)
    turn.alert("alarm", "rebooted", f"The autopilot of {event.aircraft} restarted. Look at the aircraft, then decide.")


def vehicle_text(turn: Turn, event: e.VehicleText) -> None:
    said, when = turn.state.vehicle_said
    if event.severity <= 4 and (event.text != said or event.t_ns > after(when, SAME_TEXT_S)):
        turn.set(vehicle_said=(event.text, event.t_ns))
        turn.alert("warning" if event.severity > 2 else "alarm", "vehicle", event.text)


def link_health(turn: Turn, event: e.LinkHealth) -> None:
    if event.ok != turn.state.aircraft.link_ok:
        turn.set_aircraft(link_ok=event.ok)


def video_health(turn: Turn, event: e.VideoHealth) -> None:
    turn.set(video_ok=event.ok and event.age_s <= turn.state.settings.video_stale_s, video_t_ns=event.t_ns)


def command_failed(turn: Turn, event: e.CommandFailed) -> None:
    turn.alert("warning", f"failed:{event.command}", f"{event.aircraft} did not do '{event.command}': {event.why}")
    if event.command == "launch":
        turn.set_aircraft(not_ours=ON_THE_GROUND)
    elif event.command == "take_back":
        turn.set_aircraft(not_ours=f"could not be taken back: {event.why}")
    elif event.command == "release":
        turn.note_failed()


def command_done(turn: Turn, event: e.CommandDone) -> None:
    not_ours = turn.state.aircraft.not_ours
    if (event.command == "launch" and not_ours == "taking off") or (
        event.command == "take_back" and not_ours.startswith("taking back")
    ):
        _ours_again(turn)


def _ours_again(turn: Turn) -> None:
    mode = turn.state.aircraft.mode
    turn.set_aircraft(not_ours="", mode=mode if mode in FOLLOWS_US else Mode.GUIDED)
    if turn.state.phase not in ESCORT_PHASES:
        turn.set(stopped="")  # while leading, taking back is not yet leading on; while talking it is all that was asked


def sighting(turn: Turn, event: e.Sighting) -> None:
    state = turn.state
    person = state.person
    if person is not None and event.track == person.track and not event.candidate:
        _follow(turn, person, event)
    else:
        kept = tuple(o for o in state.others if o[0] != event.track)[-_REMEMBERED_OTHERS:]
        turn.set(others=(*kept, (event.track, event.position, event.t_ns)))
        if person is not None and event.candidate and person.candidate != event.track:
            turn.set_person(candidate=event.track)
        elif not event.candidate:
            group.seen(turn, event)
    if event.gestures or event.intents or event.posture is Posture.MOTIONLESS:
        dialogue.seen(turn, event)


def _follow(turn: Turn, person: PersonState, event: e.Sighting) -> None:
    dt = seconds_between(person.seen_t_ns, event.t_ns)
    if dt <= 0.0:
        return
    if turn.state.phase is Phase.REACQUIRE:
        turn.effects.add(Effect.FOUND)
    if dt > 2.0:
        p, v = event.position, person.velocity
        v = Enu(0.0, 0.0, 0.0)
    else:
        p0, v0, z = person.position, person.velocity, event.position
        b = _BETA / 0.1 if dt > 0.1 else _BETA / dt
        rx, ry, rz = z[0] - p0[0] - v0[0] * dt, z[1] - p0[1] - v0[1] * dt, z[2] - p0[2] - v0[2] * dt
        p = Enu(p0[0] + v0[0] * dt + _ALPHA * rx, p0[1] + v0[1] * dt + _ALPHA * ry, p0[2] + v0[2] * dt + _ALPHA * rz)
        v = Enu(v0[0] + b * rx, v0[1] + b * ry, v0[2] + b * rz)
    speed = hypot(v[0], v[1])
    stepped = ground_range_m(p, person.stood_at) > STEP_M
    still = (speed < STILL_MPS and not stepped) or event.posture in RESTING
    way = turn.state.way
    pace_mps, stride_from, stride_t_ns = _pace(turn.state.phase, person, p, event.t_ns)
    turn.set(
        person=replace(
            person,
            position=p,
            velocity=v,
            seen_t_ns=event.t_ns,
            posture=event.posture,
            height_px=event.height_px,
            pace_mps=pace_mps,
            stride_from=stride_from,
            stride_t_ns=stride_t_ns,
            stood_at=person.stood_at if still and not stepped else p,
            still_since_t_ns=person.still_since_t_ns if still else event.t_ns,
            progress_m=way.progress_m(p, person.progress_m) if way is not None else 0.0,
            candidate=None,
        )
    )


def _pace(phase: Phase, person: PersonState, p: Enu, t_ns: int) -> tuple[float, Enu, int]:
    """His own walking pace, metre by metre and smoothed over about 8 s; and from where and when the next is measured.

    Steps to fetch a note are no walk: it is learned while he is led. Until he has walked, a hurt man's is assumed.
    """
    walked_m = ground_range_m(p, person.stride_from)
    took_s = seconds_between(person.stride_t_ns, t_ns)
    if phase is not Phase.LEAD or took_s > STRIDE_S:
        return person.pace_mps, p, t_ns
    if walked_m < STRIDE_M or took_s <= 0.0:
        return person.pace_mps, person.stride_from, person.stride_t_ns
    known = person.pace_mps or UNKNOWN_PACE_MPS
    return known + (walked_m / took_s - known) * min(took_s / 8.0, 1.0), p, t_ns


RESTING = frozenset({Posture.SITTING, Posture.CROUCHED, Posture.KNEELING, Posture.PRONE, Posture.MOTIONLESS})


def impact(turn: Turn, event: e.Impact) -> None:
    saying.drowned(turn)
    turn.set(last_impact_t_ns=event.t_ns, last_impact=event.position)
    turn.effects.add(Effect.COVER)


def hazard_reported(turn: Turn, event: e.HazardReported) -> None:
    """What it means for the way, `rerouting` says."""
    turn.set(dangers=(*turn.state.dangers, event.area))


def no_fire_acknowledged(turn: Turn, event: e.NoFireAcknowledged) -> None:
    turn.set(no_fire=NoFire(turn.state.no_fire.requested_t_ns, event.unit, event.until_t_ns))


def no_fire_lost(turn: Turn, event: e.NoFireLost) -> None:
    if event.unit == turn.state.no_fire.unit:
        turn.set(no_fire=replace(turn.state.no_fire, lost=event.why or "lost"))


def own_craft_closing(turn: Turn, event: e.OwnCraftClosing) -> None:
    if turn.state.protected:
        turn.alert("alarm", "own_craft", f"Own aircraft {event.callsign} is closing in: call its unit now.")


def liaison_trouble(turn: Turn, event: e.LiaisonTrouble) -> None:
    turn.alert("alarm", "liaison", event.what)


def slot_loaded(turn: Turn, event: e.SlotLoaded) -> None:
    if event.slot in turn.state.note.opened:
        return  # the set-up says what was put in before take-off; an opened slot stays empty
    others = tuple(s for s in turn.state.note.slots if s[0] != event.slot)
    turn.set(note=replace(turn.state.note, slots=(*others, (event.slot, event.holds))))


def note_released(turn: Turn, event: e.NoteReleased) -> None:
    slots = tuple(s for s in turn.state.note.slots if s[0] != event.slot)
    opened = (*turn.state.note.opened, event.slot)
    turn.set(note=NoteState(slots, "released", event.t_ns, opened=opened))


def note_landed(turn: Turn, _: e.NoteLanded) -> None:
    if turn.state.note.stage != "picked_up":
        turn.set_note("landed")


def note_picked_up(turn: Turn, _: e.NotePickedUp) -> None:
    if turn.state.note.stage != "picked_up":
        turn.set_note("picked_up")


def prompted(turn: Turn, event: e.Prompted) -> None:
    turn.set(prompt=event.words)


def flown(turn: Turn, _: e.Flown) -> None:
    turn.set(prompt="")


def light_present(turn: Turn, event: e.LightPresent) -> None:
    turn.set_aircraft(has_light=event.present)
    if event.why and event.present:
        turn.alert("info", "light", f"{event.why}: answers go out by it too.")
    elif event.why:
        turn.alert("alarm", "light", f"{event.why}: answers go by motion only.")


def receiver_ready(turn: Turn, event: e.ReceiverReady) -> None:
    turn.set(receiver_ready=event.unit)


def receiver_confirmed(turn: Turn, event: e.ReceiverConfirmed) -> None:
    turn.set(receiver_confirmed=event.unit)


def relief_on_station(turn: Turn, event: e.ReliefOnStation) -> None:
    if event.person_confirmed:
        turn.set(relief=event.aircraft)


def audit_found(turn: Turn, event: e.AuditFound) -> None:
    if not event.ok:
        why = "; ".join(f.removeprefix("refuse: ") for f in event.findings if f.startswith("refuse"))
        turn.alert("warning", "audit", f"The audit refuses this aircraft: {why}")


def record_trouble(turn: Turn, event: e.RecordTrouble) -> None:
    turn.alert("alarm", "record", event.what)


FACTS: dict[type[e.Event], Callable[[Turn, Any], None]] = {
    e.MissionOpened: mission_opened,
    e.MissionResumed: mission_resumed,
    e.Telemetry: telemetry,
    e.ModeChanged: mode_changed,
    e.VehicleRebooted: vehicle_rebooted,
    e.VehicleText: vehicle_text,
    e.LinkHealth: link_health,
    e.VideoHealth: video_health,
    e.CommandFailed: command_failed,
    e.CommandDone: command_done,
    e.Sighting: sighting,
    e.SignSeen: dialogue.sign_seen,
    e.Impact: impact,
    e.HazardReported: hazard_reported,
    e.NoFireAcknowledged: no_fire_acknowledged,
    e.NoFireLost: no_fire_lost,
    e.OwnCraftClosing: own_craft_closing,
    e.LiaisonTrouble: liaison_trouble,
    e.SlotLoaded: slot_loaded,
    e.NoteReleased: note_released,
    e.NoteLanded: note_landed,
    e.NotePickedUp: note_picked_up,
    e.SignalShown: transmission.reported,
    e.Prompted: prompted,
    e.Flown: flown,
    e.Spoken: saying.reported,
    e.LightPresent: light_present,
    e.ReceiverReady: receiver_ready,
    e.ReceiverConfirmed: receiver_confirmed,
    e.ReliefOnStation: relief_on_station,
    e.AuditFound: audit_found,
    e.RecordTrouble: record_trouble,
}
"""Every event but Tick (time itself) and Choice (decisions.py)."""
