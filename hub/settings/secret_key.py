"""kept_key: the secret key of a development installation, made at random once and kept in a file."""

from __future__ import annotations

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

KEY_BYTES = 48


def kept_key(file: Path) -> str:
    """The key in the file, which is made when it is not there, readable by its owner only.

    Processes that start at once get the same key. Raises ImproperlyConfigured when the file cannot be used.
    """
    try:
        with suppress(FileNotFoundError):
            return _read(file)
        _make(file)
        return _read(file)
    except OSError as error:
        raise ImproperlyConfigured(
            f"{file} cannot be used: {error.strerror}. Set HUB_VAR_DIR or HUB_SECRET_KEY."
        ) from error


def _read(file: Path) -> str:
    key = file.read_text(encoding="ascii", errors="replace").strip()
    if not key:
        raise ImproperlyConfigured(f"{file} is empty. Delete it, and a key is made anew.")
    return key


def _make(file: Path) -> None:
    """Written under another name and then linked: whoever finds the file finds a whole key, and the first one wins."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=file.parent, prefix=f".{file.name}-", encoding="ascii") as written:
        written.write(secrets.token_urlsafe(KEY_BYTES))
        written.flush()
        os.fsync(written.fileno())
        with suppress(FileExistsError):
            os.link(written.name, file)
