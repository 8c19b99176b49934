"""Keys and records of tests go to a folder of their own, never to the user's; groups stay on one worker."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from _pytest.nodeid import coerce_node_id
from hypothesis import settings


@pytest.fixture(scope="session", autouse=True)
def _own_data_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    before = os.environ.get("XDG_DATA_HOME")
    os.environ["XDG_DATA_HOME"] = str(tmp_path_factory.mktemp("data"))
    yield
    if before is None:
        del os.environ["XDG_DATA_HOME"]
    else:
        os.environ["XDG_DATA_HOME"] = before


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """pytest 9.2 keeps a test's name elsewhere than pytest-xdist 3.8 writes its group: the groups were spread over all
    workers, and two browsers or two clusters ran at once.
    """
    if not getattr(config.option, "loadgroup", False):
        return
    for item in items:
        group = item.get_closest_marker("xdist_group")
        if group is not None and not item.nodeid.endswith(f"@{group.args[0]}"):
            item._id = coerce_node_id(f"{item.nodeid}@{group.args[0]}")


# Machines are noisy: how long an example takes says nothing (benches measure).
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
