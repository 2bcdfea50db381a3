"""kept: a text that a development installation makes once and keeps in a file that only its owner may read."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def kept(file: Path, make: Callable[[], str], setting: str) -> str:
    """The text in the file, which is made when it is not there, readable by its owner only.

    Processes that start at once get the same text. Raises ImproperlyConfigured when the file cannot be used; the
    sentence names the setting that takes its place.
    """
    try:
        with suppress(FileNotFoundError):
            return _read(file)
        _write(file, make())
        return _read(file)
    except OSError as error:
        raise ImproperlyConfigured(f"{file} cannot be used: {error.strerror}. Set HUB_VAR_DIR or {setting}.") from error


def _read(file: Path) -> str:
    text = file.read_text(encoding="ascii", errors="replace").strip()
    if not text:
        raise ImproperlyConfigured(f"{file} is empty. Delete it, and a key is made anew.")
    return text


def _write(file: Path, text: str) -> None:
    """Written under another name and then linked: whoever finds the file finds a whole text, and the first one wins."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=file.parent, prefix=f".{file.name}-", encoding="ascii") as written:
        written.write(text)
        written.flush()
        os.fsync(written.fileno())
        with suppress(FileExistsError):
            os.link(written.name, file)
