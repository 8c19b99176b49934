"""The faults of a drill: what can go wrong around a mission, each as something done to its scene at a chosen moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

import msgspec

from safeconduct.model.commands import Command, Transmit
from safeconduct.model.events import Choice, Event, NoFireLost, ReliefOnStation
from safeconduct.model.vocabulary import Channel, Decision, Mode, Outcome, Phase
from safeconduct.runtime.lockstep import LockstepAircraft
from safeconduct.runtime.mission import Mission
from safeconduct.sim import ScriptedOperator, World
from safeconduct.sim.twin import Autopilot


class Meddled(ScriptedOperator):
    """The scripted operator, and whatever else a drill lets become known."""

    extra: list[Event]

    def consider(self, t_ns: int, commands, events=()) -> list[Event]:  # type: ignore[no-untyped-def,override]
        choices: list[Event] = list(super().consider(t_ns, commands, events))
        extra, self.extra = getattr(self, "extra", []), []
        return [*choices, *(msgspec.structs.replace(event, t_ns=t_ns) for event in extra)]


class Scene(msgspec.Struct):
    """Everything that a fault can touch. dies: kills this process with SIGKILL, at the given point of a round."""

    mission: Mission
    autopilot: Autopilot
    aircraft: LockstepAircraft
    world: World
    operator: Meddled
    dies: Callable[[str], None]
    light_talks: bool = False

    def watch(self, events: object, commands: Sequence[Command], state: object) -> None:  # noqa: ARG002
        self.light_talks = any(isinstance(c, Transmit) and Channel.LIGHT in c.channels for c in commands)


class Fault(msgspec.Struct, frozen=True):
    """kind, in which phase it strikes, how long after that phase was entered; at the latest at_s into the mission."""

    kind: str
    phase: Phase
    after_s: float
    at_s: float
    number: int


def _kill(scene: Scene, luck: Random) -> None:
    scene.dies(luck.choice(("before commit", "after commit", "between rounds")))


def _link_loss(scene: Scene, luck: Random) -> None:
    scene.autopilot.cut_link(luck.uniform(1.0, 20.0))


def _reboot(scene: Scene, luck: Random) -> None:  # noqa: ARG001
    scene.autopilot.reboot(force=True)


def _gps_loss(scene: Scene, luck: Random) -> None:
    scene.autopilot.lose_gps(luck.uniform(1.0, 20.0))


def _mode_change(scene: Scene, luck: Random) -> None:
    scene.autopilot.pilot_mode(luck.choice(("LOITER", "RTL", "LAND", "BRAKE", "STABILIZE")))


def _overlapping_flashes(scene: Scene, luck: Random) -> None:
    """Another ground station talks with the same light, or with the next relay, while ours does."""
    outputs, t_ns = scene.autopilot.outputs, scene.autopilot.t_ns
    outputs.repeat_relay(luck.choice((0, 1)), luck.randint(1, 3), luck.choice((0.3, 0.6, 2.0)), t_ns)


def _person_lost(scene: Scene, luck: Random) -> None:
    scene.world.lose_sight(luck.uniform(3.0, 40.0))


def _video_loss(scene: Scene, luck: Random) -> None:
    scene.world.lose_video(luck.uniform(1.0, 20.0))


def _shell(scene: Scene, luck: Random) -> None:
    scene.world.drop_shell(luck.uniform(12.0, 60.0))


def _lost_commands(scene: Scene, luck: Random) -> None:
    scene.autopilot.drop_commands(luck.uniform(0.1, 0.5))


def _battery_low(scene: Scene, luck: Random) -> None:
    scene.autopilot.drain_battery(luck.uniform(15.0, 24.0))
    scene.operator.extra = [ReliefOnStation(0, "relief", luck.random() < 0.5)]


def _no_fire_lost(scene: Scene, luck: Random) -> None:
    unit = scene.mission.state.no_fire.unit
    scene.operator.extra = [NoFireLost(0, unit or "nobody", luck.choice(("radio silent", "relieved", "")))]


def _fat_fingers(scene: Scene, luck: Random) -> None:
    """Ten decisions that nobody thought about, at once."""
    options = ["", "yes", "no", "lead", "release", "take", "throat/will-you-kill-me", "throat/kill", *Outcome, *Mode]
    scene.operator.extra = [
        Choice(
            0,
            "cat on the keyboard",
            luck.choice(list(Decision)),
            luck.choice((0, 0, 1, scene.mission.state.next_proposal - 1)),
            luck.choice(options),
            luck.choice((None, 0, 1, 2)),
        )
        for _ in range(10)
    ]


FAULTS: dict[str, Callable[[Scene, Random], None]] = {
    "kill": _kill,
    "link_loss": _link_loss,
    "reboot": _reboot,
    "gps_loss": _gps_loss,
    "mode_change": _mode_change,
    "overlapping_flashes": _overlapping_flashes,
    "person_lost": _person_lost,
    "video_loss": _video_loss,
    "shell": _shell,
    "lost_commands": _lost_commands,
    "battery_low": _battery_low,
    "no_fire_lost": _no_fire_lost,
    "fat_fingers": _fat_fingers,
}

_LEADS_TO: dict[Phase, Callable[[Scene], None]] = {
    Phase.REACQUIRE: lambda scene: scene.world.lose_sight(25.0),
    Phase.RELAY: lambda scene: scene.autopilot.drain_battery(24.0),
    Phase.STAY: lambda scene: setattr(scene.operator, "extra", [Choice(0, "operator-1", Decision.STAY, option="stay")]),
    Phase.COVER: lambda scene: scene.world.drop_shell(20.0),
}


def bring_about(phase: Phase, scene: Scene) -> None:
    """Phases that a quiet mission would not reach in time are brought about first."""
    if (leads := _LEADS_TO.get(phase)) is not None:
        leads(scene)


def planned(count: int, seed: int) -> list[list[Fault]]:
    """`count` faults in missions of three: every kind in turn, kill -9 in every phase in turn."""
    luck = Random(seed)
    phases = [p for p in Phase if p is not Phase.CLOSED]
    kinds = [k for k in FAULTS if k != "kill"]
    faults: list[Fault] = []
    for i in range(count):
        if i % 4 == 0:
            kind, phase = "kill", list(Phase)[(i // 4) % len(Phase)]
        else:
            kind, phase = kinds[(i - i // 4) % len(kinds)], luck.choice(phases)
        at_s = 40.0 + 110.0 * (i % 3) + luck.uniform(0.0, 60.0)
        faults.append(Fault(kind, phase, luck.uniform(0.0, 6.0), round(at_s, 1), i))
    return [faults[i : i + 3] for i in range(0, count, 3)]
