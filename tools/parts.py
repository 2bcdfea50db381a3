"""A pytest plugin: --part unit picks the tests that may run side by side, --part serial those that need the machine."""

from __future__ import annotations

from pathlib import Path

import pytest

SERIAL_MARKERS = ("browser", "drill")
SERIAL_FOLDERS = ("journeys", "drills", "browser")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds --part."""
    parser.addoption("--part", choices=("unit", "serial"), help="run only this part of the suite")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves the tests of the chosen part."""
    part = config.getoption("--part")
    if part is None:
        return
    chosen = [item for item in items if _is_serial(item) == (part == "serial")]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(chosen)])
    items[:] = chosen


def _is_serial(item: pytest.Item) -> bool:
    if any(item.get_closest_marker(name) for name in SERIAL_MARKERS):
        return True
    folders = Path(item.path).relative_to(item.config.rootpath).parts
    return any(name in folders for name in SERIAL_FOLDERS)
