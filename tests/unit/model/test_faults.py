"""What a user reads when his input cannot be used: the place, what is wrong, how to mend it, on one line."""

from __future__ import annotations

import pytest

from safeconduct.model.faults import BadInput


def test_bad_input_names_place_fault_and_mend_in_that_order() -> None:
    bad = BadInput("plan.geojson, feature 3", "the fence crosses itself", "draw it again")
    assert str(bad) == "plan.geojson, feature 3: the fence crosses itself; draw it again"
    assert (bad.place, bad.what, bad.mend) == ("plan.geojson, feature 3", "the fence crosses itself", "draw it again")
    with pytest.raises(BadInput, match="fence"):
        raise bad
