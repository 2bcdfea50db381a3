"""A pytest plugin: --part unit picks the tests that may run side by side, --part serial those that need the machine.

--second, where all of them have run on another database: of unit those of rooms that have SQL or transactions of their
own. Doors, mappings and pages say to both the same by Django's words.
"""

from __future__ import annotations

from pathlib import Path

import pytest

SERIAL_MARKERS = ("browser", "drill")
SERIAL_FOLDERS = ("journeys", "drills", "browser")
ROOMS_WITH_SQL = (
    *("hub/accounts", "hub/doctor", "hub/entities", "hub/events", "hub/jobs", "hub/retention", "hub/support"),
    *("inbound/payload_search", "inbound/process", "inbound/prunes", "inbound/replays"),
    *("outbound/delivering", "outbound/payloads", "outbound/queue", "outbound/resends"),
    *("monitoring/counting", "monitoring/storage"),
)
"""Folders of tests, with those below them."""
APPS_WITH_SQL = ("hub", "inbound", "outbound", "monitoring")
"""Folders of whose own modules those count that are about no door."""
OF_DOORS = ("test_pages", "test_api")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds --part and --second."""
    parser.addoption("--part", choices=("unit", "serial"), help="run only this part of the suite")
    parser.addoption("--second", action="store_true", help="of it only what a second database may answer otherwise")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves the tests of the chosen part."""
    part = config.getoption("--part")
    if part is None:
        return
    chosen = [item for item in items if _is_serial(item) == (part == "serial")]
    if config.getoption("--second"):
        chosen = [item for item in chosen if _concerns_databases(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(chosen)])
    items[:] = chosen


def _is_serial(item: pytest.Item) -> bool:
    if any(item.get_closest_marker(name) for name in SERIAL_MARKERS):
        return True
    folders = Path(item.path).relative_to(item.config.rootpath).parts
    return any(name in folders for name in SERIAL_FOLDERS)


def _concerns_databases(item: pytest.Item) -> bool:
    path = Path(item.path).relative_to(item.config.rootpath / "tests")
    folder = path.parent.as_posix()
    if path.name.startswith(OF_DOORS) or _is_serial(item):
        return False
    return folder in APPS_WITH_SQL or any(f"{folder}/".startswith(f"{room}/") for room in ROOMS_WITH_SQL)
