"""Who belongs to a group: those who are seen beside him, and not he himself under another number."""

from __future__ import annotations

from rehearsal import Rehearsal
from safeconduct.model import commands as c
from safeconduct.model import events as e
from safeconduct.model.geometry import Enu
from safeconduct.model.vocabulary import Phase, Posture

OTHER = 40


def seen(r: Rehearsal, seconds: float, *, beside_m: float, he_too: bool) -> None:
    """Somebody with another number is seen at every round, and he as well or not."""
    r.seen = he_too
    for _ in range(round(seconds * 10)):
        at = Enu(r.person.east + beside_m, r.person.north, 0.0)
        r.happens(e.Sighting(r.t_ns, OTHER, at, 150.0, Posture.WALKING, 0.9, ()))
        r.passes(0.1)
    r.seen = True


def parted(r: Rehearsal) -> bool:
    return any(alert.name == "parted" for alert in r.all(c.Alert))


def test_one_who_was_seen_beside_him_and_stays_behind_is_missed() -> None:
    r = Rehearsal().leading()
    seen(r, 7.0, beside_m=3.0, he_too=True)
    r.passes(30.0)
    assert parted(r)
    assert r.is_in(Phase.WAIT), "nobody leads on without a human's word"


def test_he_himself_under_another_number_is_nobody_who_could_be_missed() -> None:
    r = Rehearsal().leading()
    seen(r, 12.0, beside_m=0.3, he_too=False)
    r.passes(40.0)
    assert not parted(r), r.words()


def test_what_shines_up_beside_him_for_a_moment_here_and_there_is_no_member() -> None:
    r = Rehearsal().leading()
    for _ in range(4):
        seen(r, 0.6, beside_m=4.0, he_too=True)
        r.passes(3.0)
    r.passes(40.0)
    assert not parted(r), r.words()
