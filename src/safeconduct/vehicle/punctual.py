"""Being on time on a busy machine: the thread that carries setpoints asks the kernel to be woken first.

Real-time round robin at the lowest priority where that is allowed (root, CAP_SYS_NICE or an rtprio limit), else, on
Linux 6.12 and later, a short slice of the fair scheduler, which anybody may ask for. The thread sleeps nearly all the
time, so nobody else loses by it; children never inherit it.
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_PRIORITY = 1
_SLICE_NS = 100_000
_SCHED_SETATTR = {"x86_64": 314, "aarch64": 274}
_SCHED_ATTR = struct.Struct("<IIQiIQQQII")  # struct sched_attr, include/uapi/linux/sched/types.h
_RESET_ON_FORK = 0x01


@contextmanager
def punctual() -> Iterator[str]:
    """For the calling thread, as long as the block lasts; yields what was granted, in words."""
    if not hasattr(os, "sched_setscheduler"):
        yield "ordinary scheduling"
        return
    before = os.sched_getscheduler(0), os.sched_getparam(0)
    try:
        os.sched_setscheduler(0, os.SCHED_RR | os.SCHED_RESET_ON_FORK, os.sched_param(_PRIORITY))
    except OSError:
        yield "short slice" if _slice(_SLICE_NS) else "ordinary scheduling"
        _slice(0)
        return
    try:
        yield "real-time round robin"
    finally:
        with suppress(OSError):  # to give up the reset on fork again is a privilege of its own
            os.sched_setscheduler(0, *before)


def _slice(nanoseconds: int) -> bool:
    """Ask for that slice, 0 for the kernel's own; older kernels take the call and ignore it."""
    number = _SCHED_SETATTR.get(os.uname().machine)
    if number is None:
        return False
    nice = os.getpriority(os.PRIO_PROCESS, 0)
    attributes = _SCHED_ATTR.pack(_SCHED_ATTR.size, os.SCHED_OTHER, _RESET_ON_FORK, nice, 0, nanoseconds, 0, 0, 0, 0)
    try:
        return bool(ctypes.CDLL(None, use_errno=True).syscall(number, 0, attributes, 0) == 0)
    except (OSError, AttributeError):
        return False
