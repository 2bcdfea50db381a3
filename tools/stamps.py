"""Stamps: a step of the set-up that was done for exactly these inputs is not done again."""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tools import ROOT


def fingerprint(paths: Iterable[Path], *words: str) -> str:
    """A digest over the names and contents of paths, folders included whole, and over the words."""
    digest = hashlib.sha256("\0".join(words).encode())
    for path in sorted(file for each in paths for file in _files(each)):
        content = path.read_bytes()
        digest.update(f"\0{path.relative_to(ROOT)}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return [file for file in path.rglob("*") if file.is_file()]
    return [path] if path.is_file() else []


def is_done(stamp: Path, value: str) -> bool:
    """Whether the stamp file holds this value."""
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == value


def mark_done(stamp: Path, value: str) -> None:
    """Writes the value; call it after the step has succeeded."""
    stamp.write_text(value, encoding="utf-8")


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two commands started at once in one checkout do their set-up one after the other."""
    with (ROOT / "pyproject.toml").open(encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
