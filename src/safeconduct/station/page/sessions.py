"""The stations that were let in from elsewhere: one-time codes, signed cookies, and how each of them ends.

A code lets one station in, once, for a quarter of an hour. The cookie that it is exchanged for names session, role and
a number that grows with every page load; it is signed (HMAC-SHA-256), so that nobody makes one up. An older number than
the last two was copied: both who copied it and who lost it are out, and need a new code.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from hashlib import sha256
from threading import Lock

import msgspec

from safeconduct.station.page.roles import Role

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without what is mistaken for something else on paper or over the radio."""
CODE_LETTERS, CODE_LASTS_S = 8, 900.0
SESSION_LASTS_S = 24 * 3600.0
SESSIONS_MAX, CODES_MAX = 64, 32
_COOKIE_MAX_BYTES = 400


class Refused(Exception):
    """Who may not come in; the text says why, to him."""


class Session(msgspec.Struct, frozen=True):
    """since_s: when it joined, seconds since 1970 UTC. turn: of its newest cookie. ended: why, "" while it is not."""

    id: str
    name: str
    role: Role
    since_s: float
    turn: int = 0
    ended: str = ""


class _Cookie(msgspec.Struct, frozen=True):
    session: str
    role: Role
    turn: int


class _Code(msgspec.Struct, frozen=True):
    role: Role
    until_s: float


class Doorkeeper:
    """key: signs the cookies; kept with the sessions they live through a restart of the program. clock_s: UTC seconds.

    keep: called with the sessions, as JSON without any secret, whenever they change. ended: called with a session's
    name when it is over.
    """

    def __init__(
        self,
        key: bytes,
        clock_s: Callable[[], float],
        *,
        kept: bytes = b"",
        keep: Callable[[bytes], None] = lambda _: None,
    ) -> None:
        self._key, self._clock_s, self._keep = key, clock_s, keep
        self._lock = Lock()
        self._codes: dict[bytes, _Code] = {}
        self._spent: dict[bytes, float] = {}
        self._sessions = _read(kept)
        self.ended: Callable[[str], None] = lambda _: None

    def invite(self, role: Role) -> str:
        """A new code, as it is read aloud: ABCD-EFGH. Raises Refused: too many stand open."""
        code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LETTERS))
        with self._lock:
            now_s = self._clock_s()
            self._codes = {k: c for k, c in self._codes.items() if c.until_s > now_s}
            if len(self._codes) >= CODES_MAX:
                raise Refused("too many codes stand open; wait until some have run out")
            self._codes[_hidden(code)] = _Code(role, now_s + CODE_LASTS_S)
        return f"{code[:4]}-{code[4:]}"

    def join(self, code: str) -> tuple[Session, str]:
        """(the new session, its cookie). Raises Refused: no such code, or one that was used or has run out."""
        spelt = "".join(letter for letter in code.upper() if letter.isalnum())
        hidden = _hidden(spelt)
        with self._lock:
            now_s = self._clock_s()
            found = self._codes.pop(hidden, None)
            if found is None and hidden in self._spent:
                raise Refused("this code was used already; each lets one station in: ask for a new one")
            if found is None:
                raise Refused("there is no such code; look at it again, or ask for a new one")
            if found.until_s <= now_s:
                raise Refused("this code has run out; ask for a new one")
            self._spent[hidden] = now_s
            while len(self._spent) > 4 * CODES_MAX:
                self._spent.pop(next(iter(self._spent)))
            if sum(not s.ended for s in self._sessions.values()) >= SESSIONS_MAX:
                raise Refused("too many stations are in; one must be sent away first")
            number = 1 + sum(s.role is found.role for s in self._sessions.values())
            session = Session(secrets.token_urlsafe(9), f"{found.role.replace('_', '-')}-{number}", found.role, now_s)
            self._put(session)
            return session, self._signed(session)

    def known(self, cookie: str) -> Session:
        """Whose cookie this is. Raises Refused: nobody's, or of a session that is over."""
        with self._lock:
            return self._known(cookie)

    def renew(self, cookie: str) -> tuple[Session, str]:
        """(the session, its next cookie): with every page load. Raises Refused like `known`."""
        with self._lock:
            session = self._known(cookie)
            session = msgspec.structs.replace(session, turn=session.turn + 1)
            self._put(session)
            return session, self._signed(session)

    def revoke(self, name: str, why: str = "it was sent away") -> bool:
        """End a session; False: there is none of that name."""
        with self._lock:
            session = next((s for s in self._sessions.values() if s.name == name and not s.ended), None)
            if session is None:
                return False
            self._end(session, why)
        return True

    def sessions(self) -> tuple[Session, ...]:
        """All of this mission's, those that are over too."""
        with self._lock:
            return tuple(self._sessions.values())

    def open_codes(self) -> int:
        now_s = self._clock_s()
        return sum(code.until_s > now_s for code in self._codes.values())

    def _known(self, cookie: str) -> Session:
        told = self._unsigned(cookie)
        session = self._sessions.get(told.session) if told is not None else None
        if told is None or session is None or told.role is not session.role:
            raise Refused("")
        if session.ended:
            raise Refused(f"this station's session is over: {session.ended}")
        if self._clock_s() - session.since_s > SESSION_LASTS_S:
            self._end(session, "it was in for a day")
            raise Refused("this station's session is over: it was in for a day")
        if told.turn < session.turn - 1:
            self._end(session, "an old cookie of it was used: somebody has a copy")
            raise Refused("this cookie was replaced long ago: somebody has a copy, and the session is over")
        return session

    def _end(self, session: Session, why: str) -> None:
        self._put(msgspec.structs.replace(session, ended=why))
        self.ended(session.name)

    def _put(self, session: Session) -> None:
        self._sessions[session.id] = session
        while len(self._sessions) > 4 * SESSIONS_MAX:
            self._sessions.pop(next(i for i, s in self._sessions.items() if s.ended))
        self._keep(msgspec.json.encode(list(self._sessions.values())))

    def _signed(self, session: Session) -> str:
        told = msgspec.json.encode(_Cookie(session.id, session.role, session.turn))
        return f"{_text(told)}.{_text(hmac.digest(self._key, told, 'sha256'))}"

    def _unsigned(self, cookie: str) -> _Cookie | None:
        if len(cookie) > _COOKIE_MAX_BYTES or not cookie.isascii():
            return None
        said, _, sign = cookie.partition(".")
        try:
            told, signed = _bytes(said), _bytes(sign)
            if not hmac.compare_digest(hmac.digest(self._key, told, "sha256"), signed):
                return None
            return msgspec.json.decode(told, type=_Cookie)
        except (ValueError, msgspec.DecodeError):
            return None


def _read(kept: bytes) -> dict[str, Session]:
    try:
        return {s.id: s for s in msgspec.json.decode(kept or b"[]", type=list[Session])}
    except (msgspec.DecodeError, UnicodeError):
        return {}  # nobody is in then, and everybody can ask for a code


def _hidden(code: str) -> bytes:
    return sha256(code.encode()).digest()


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
