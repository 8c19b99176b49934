"""Who may do what at a page: a table. Everybody may look and say STOP; one station at a time decides (the lease)."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from safeconduct.model.vocabulary import Decision


class Role(StrEnum):
    OPERATOR = "operator"
    SECOND_PILOT = "second_pilot"
    COMMANDER = "commander"
    RECEPTION = "reception"
    WATCHER = "watcher"


class May(msgspec.Struct, frozen=True):
    """leads: may hold the lease, and with it decide everything. decides: also without the lease.

    acknowledges: that a named own unit holds its fire. receives: that receivers are ready, and that they have him.
    admits: lets other stations in and sends them away. sees_asked: the operator's questions stand on its page.
    """

    leads: bool = False
    decides: frozenset[Decision] = frozenset()
    acknowledges: bool = False
    receives: bool = False
    admits: bool = False
    sees_asked: bool = False


ALWAYS = frozenset({Decision.STOP})
"""From every station, without the lease."""

ROLES: dict[Role, May] = {
    Role.OPERATOR: May(leads=True, admits=True, sees_asked=True),
    Role.SECOND_PILOT: May(leads=True, sees_asked=True),
    Role.COMMANDER: May(decides=frozenset({Decision.APPROVE_ROUTE}), acknowledges=True, sees_asked=True),
    Role.RECEPTION: May(receives=True),
    Role.WATCHER: May(),
}
