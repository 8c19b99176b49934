"""Codes that let one in, cookies that nobody makes up, and how a session ends."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeconduct.station.page import Doorkeeper, Role
from safeconduct.station.page.sessions import ALPHABET, CODE_LASTS_S, CODES_MAX, SESSION_LASTS_S, Refused

KEY = bytes(range(32))


class Clock:
    now_s = 1.7e9

    def __call__(self) -> float:
        return self.now_s


def test_a_code_lets_one_station_in_once() -> None:
    keeper = Doorkeeper(KEY, Clock())
    code = keeper.invite(Role.RECEPTION)
    session, cookie = keeper.join(code.lower().replace("-", " "))
    assert (session.name, session.role) == ("reception-1", Role.RECEPTION)
    assert keeper.known(cookie) == session
    with pytest.raises(Refused, match="used already"):
        keeper.join(code)


def test_a_code_runs_out_and_so_does_a_session() -> None:
    clock = Clock()
    keeper = Doorkeeper(KEY, clock)
    late, taken = keeper.invite(Role.WATCHER), keeper.invite(Role.WATCHER)
    _, cookie = keeper.join(taken)
    clock.now_s += CODE_LASTS_S + 1.0
    with pytest.raises(Refused, match="run out"):
        keeper.join(late)
    clock.now_s += SESSION_LASTS_S
    with pytest.raises(Refused, match="a day"):
        keeper.known(cookie)


def test_who_is_sent_away_is_out_and_is_told_so() -> None:
    keeper = Doorkeeper(KEY, Clock())
    ended: list[str] = []
    keeper.ended = ended.append
    _, cookie = keeper.join(keeper.invite(Role.COMMANDER))
    assert keeper.revoke("commander-1")
    assert not keeper.revoke("commander-1")
    assert ended == ["commander-1"]
    with pytest.raises(Refused, match="sent away"):
        keeper.known(cookie)


def test_a_copied_cookie_ends_the_session_for_both() -> None:
    keeper = Doorkeeper(KEY, Clock())
    _, copied = keeper.join(keeper.invite(Role.SECOND_PILOT))
    _, second = keeper.renew(copied)
    _, third = keeper.renew(second)
    assert keeper.known(second), "what was on its way while the page loaded still counts"
    with pytest.raises(Refused, match="somebody has a copy"):
        keeper.known(copied)
    with pytest.raises(Refused, match="session is over"):
        keeper.known(third)


def test_sessions_live_through_a_restart_and_so_does_their_end() -> None:
    kept: list[bytes] = []
    before = Doorkeeper(KEY, Clock(), keep=kept.append)
    _, stays = before.join(before.invite(Role.RECEPTION))
    _, leaves = before.join(before.invite(Role.WATCHER))
    before.revoke("watcher-1")
    after = Doorkeeper(KEY, Clock(), kept=kept[-1])
    assert after.known(stays).name == "reception-1"
    with pytest.raises(Refused):
        after.known(leaves)
    with pytest.raises(Refused):
        Doorkeeper(bytes(32), Clock(), kept=kept[-1]).known(stays)
    assert Doorkeeper(KEY, Clock(), kept=b"{torn").sessions() == ()
    assert KEY not in kept[-1]
    assert stays.encode() not in kept[-1]


@given(st.text(max_size=500))
def test_no_cookie_is_made_up(cookie: str) -> None:
    keeper = Doorkeeper(KEY, Clock())
    keeper.join(keeper.invite(Role.OPERATOR))
    with pytest.raises(Refused):
        keeper.known(cookie)


@given(st.integers(0, 200), st.integers(1, 255))
def test_no_cookie_is_changed(at: int, by: int) -> None:
    keeper = Doorkeeper(KEY, Clock())
    _, cookie = keeper.join(keeper.invite(Role.WATCHER))
    at %= len(cookie)
    changed = cookie[:at] + chr((ord(cookie[at]) + by) % 256) + cookie[at + 1 :]
    with suppress(Refused):
        assert keeper.known(changed).role is Role.WATCHER, "base64 has spellings; what it says is the same"


@given(st.text(alphabet=ALPHABET, min_size=8, max_size=8))
def test_no_code_is_guessed(guess: str) -> None:
    keeper = Doorkeeper(KEY, Clock())
    code = keeper.invite(Role.OPERATOR)
    if guess != code.replace("-", ""):
        with pytest.raises(Refused, match="no such code"):
            keeper.join(guess)


def test_codes_do_not_pile_up() -> None:
    keeper = Doorkeeper(KEY, Clock())
    for _ in range(CODES_MAX):
        keeper.invite(Role.WATCHER)
    with pytest.raises(Refused, match="too many codes"):
        keeper.invite(Role.WATCHER)
