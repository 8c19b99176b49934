"""What was seen that a receiving party must know, and what it has to bring: nothing of it says who he is."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from safeconduct.model.events import Sighting
from safeconduct.model.vocabulary import Gesture, Posture

NEEDS: dict[str, str] = {
    "water": "water, food and a blanket for {persons}",
    "stretcher": "a stretcher or a vehicle, and people to carry",
    "medic": "a medic with tourniquets and dressings",
    "papers": "the papers of the hand-over and a pen; helmet, mask and papers stay with him",
}
"""What may have to be brought, by key; the page has the same keys in its own languages."""

_CANNOT_WALK = "cannot walk"


class SeenOfHim(Struct, frozen=True):
    posture: Posture = Posture.UNCERTAIN
    laid_down: bool = False
    cannot_walk: bool = False
    bleeds: bool = False

    def with_sight(self, sighting: Sighting) -> SeenOfHim:
        """What is known once this was seen too. What he showed once stays known; his posture is the newest."""
        shown = {one.gesture for one in sighting.gestures}
        return replace(
            self,
            posture=sighting.posture,
            laid_down=self.laid_down or Gesture.WEAPON_DOWN in shown,
            cannot_walk=self.cannot_walk or Gesture.POINT_LEG in shown or sighting.posture is Posture.CRAWLING,
            bleeds=self.bleeds or Gesture.POINT_WOUND in shown,
        )

    @property
    def weapon(self) -> str:
        """A machine never says that somebody is unarmed: it says what was seen, and that he must be searched."""
        seen = "seen to lay a weapon down" if self.laid_down else "not known"
        return f"{seen}: search him, from cover"

    def needs(self, state: str) -> tuple[str, ...]:
        """Keys of NEEDS. state: of the walk, in the core's words."""
        found = ["water"]
        if self.cannot_walk or state.startswith(_CANNOT_WALK):
            found.append("stretcher")
        if self.bleeds or self.cannot_walk or self.posture is Posture.MOTIONLESS:
            found.append("medic")
        return (*found, "papers")

    def bring(self, state: str, persons: int) -> tuple[str, ...]:
        """The same in words."""
        return tuple(NEEDS[need].format(persons=persons) for need in self.needs(state))
