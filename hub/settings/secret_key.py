"""kept_key: the secret key of a development installation, made at random once and kept in a file."""

from __future__ import annotations

import secrets
from pathlib import Path

from hub.settings.kept_file import kept

KEY_BYTES = 48


def kept_key(file: Path) -> str:
    """The key in the file, which is made when it is not there. Raises ImproperlyConfigured as kept does."""
    return kept(file, lambda: secrets.token_urlsafe(KEY_BYTES), "HUB_SECRET_KEY")
