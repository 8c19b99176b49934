"""What enters and leaves the core survives the trip through a record, and garbage is named, not crashed on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeconduct.model.events import Telemetry
from safeconduct.model.geometry import Enu
from safeconduct.model.vocabulary import Mode
from safeconduct.model.wire import Malformed, decode_command, decode_event, encode

finite = st.floats(allow_nan=False, allow_infinity=False, width=64)


@given(finite, finite, finite, finite)
def test_telemetry_comes_back_as_it_went_in(e: float, n: float, u: float, heading: float) -> None:
    there = Telemetry(1, "a", Enu(e, n, u), Enu(0.0, 0.0, 0.0), heading, Mode.GUIDED, True, True, 80.0)
    assert decode_event(encode(there)) == there


@given(st.binary(max_size=400))
def test_garbage_is_malformed_and_nothing_worse(data: bytes) -> None:
    for decode in (decode_event, decode_command):
        with pytest.raises(Malformed):
            decode(data)
