"""What the followed person holds up reaches the operator: a picture in the record, evidence, and never an act."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import cv2
import pytest

from safeconduct.model.events import SignSeen
from safeconduct.model.mission_time import NS, seconds_between
from safeconduct.model.vocabulary import Gesture, Posture
from safeconduct.perception import Hint, Picture, Seen
from safeconduct.perception import signs as signs_over_time
from safeconduct.perception.sign_looks import Candidate, held_signs
from safeconduct.runtime.mission_signs import EVERY_S, HINT_AFTER_S, MissionSigns
from unit.perception.test_signs import shown


def seen_at(box: tuple[float, float, float, float], track: int = 7) -> Seen:
    return Seen(track, box, 0.9, box[3] - box[1], None, (), False, Posture.STANDING)


def watched(signs: MissionSigns, words: str, seconds: float, track: int = 7) -> tuple[list[SignSeen], list[Seen]]:
    """Five pictures a second; returns all that was told, and who was seen last."""
    told: list[SignSeen] = []
    seen: list[Seen] = []
    for number in range(round(seconds * 5.0)):
        shot = shown(words, 160.0, t_s=round(number / 5.0, 1))
        one = seen_at(shot.labels[0].box, track)
        seen, events = signs.look(shot.t_ns, shot.picture, shot.t_ns, [one], one, shot.view)
        told += events
    signs.close()
    return told, seen


def test_a_sign_lies_as_a_picture_in_the_record_within_three_seconds(tmp_path: Path) -> None:
    told, seen = watched(MissionSigns(tmp_path), "300", 3.4)
    assert (told[0].track, told[0].on_ground, told[0].hint) == (7, False, "")
    assert seconds_between(NS, told[0].t_ns) <= 3.0
    file = tmp_path / told[0].picture
    assert sha256(file.read_bytes()).hexdigest() == told[0].sha256
    picture = cv2.imread(str(file))
    assert picture is not None
    assert picture.shape[1] > 250
    (evidence,) = seen[0].gestures
    assert evidence.gesture is Gesture.SIGN
    assert evidence.held_s >= 1.0


def test_he_is_looked_at_once_a_second_and_not_with_every_picture(tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        looks: list[int] = []

        def look(picture: Picture, box: tuple[float, float, float, float]) -> list[Candidate]:
            looks.append(len(looks))
            return held_signs(picture, box)

        patch.setattr(signs_over_time, "held_signs", look)
        watched(MissionSigns(tmp_path), "", 4.0)
    assert EVERY_S == 1.0
    assert len(looks) == 4


def test_what_a_machine_reads_follows_two_seconds_later_as_a_hint(tmp_path: Path) -> None:
    def read(crop: Picture) -> Hint:
        assert crop.shape[1] > 250
        return Hint("30O", 0.6)

    told, _ = watched(MissionSigns(tmp_path, read), "300", 5.0)
    hint = next(event for event in told if event.hint)
    assert (hint.hint, hint.hint_confidence, hint.picture) == ("30O", 0.6, told[0].picture)
    assert seconds_between(told[0].t_ns, hint.t_ns) >= HINT_AFTER_S
    assert [event.hint for event in told].count("30O") == 1


def test_who_shows_nothing_is_told_to_show_nothing(tmp_path: Path) -> None:
    told, seen = watched(MissionSigns(tmp_path), "", 3.0)
    assert told == []
    assert seen[0].gestures == ()
    assert list(tmp_path.iterdir()) == []


def test_pictures_of_an_earlier_run_of_the_same_record_stay(tmp_path: Path) -> None:
    first, _ = watched(MissionSigns(tmp_path), "300", 2.6)
    before = (tmp_path / first[0].picture).read_bytes()
    second, _ = watched(MissionSigns(tmp_path), "HELP", 2.6)
    assert second[0].picture != first[0].picture
    assert (tmp_path / first[0].picture).read_bytes() == before


def test_a_record_that_cannot_be_written_costs_the_picture_and_not_the_mission(tmp_path: Path) -> None:
    told, seen = watched(MissionSigns(tmp_path / "gone"), "300", 2.6)
    assert (told[0].picture, told[0].sha256) == ("", "")
    assert seen[0].gestures[0].gesture is Gesture.SIGN
