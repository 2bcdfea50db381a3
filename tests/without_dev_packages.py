"""Imports the modules named on the command line as if only what the hub itself asks for were installed."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence

import django


class Absent:
    """A finder that stands before all others and has never heard of some packages."""

    def __init__(self, packages: frozenset[str]) -> None:
        self.packages = packages

    def find_spec(self, name: str, _path: Sequence[str] | None = None, _target: object = None) -> None:
        """None leaves the module to the other finders."""
        if name.partition(".")[0] in self.packages:
            raise ModuleNotFoundError(f"No module named {name!r} without the dev extra")


def main(absent: str, *modules: str) -> None:
    """absent names packages, separated by commas."""
    sys.meta_path.insert(0, Absent(frozenset(absent.split(","))))
    django.setup()
    for name in modules:
        importlib.import_module(name)


if __name__ == "__main__":
    main(*sys.argv[1:])
