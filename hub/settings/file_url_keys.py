"""file_url_keys: the keys under which links to files are signed (proxies-and-security.md 6.2)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from hub.settings.env import Environment
from hub.settings.master_keys import HOW, named_keys

NAME = "HUB_FILE_URL_KEY"
LONGEST_LIFE_MINUTES = 15


def file_url_keys(
    env: Environment, *, var_dir: Path, is_development: bool, secret_key: str, master_keys: Mapping[str, bytes]
) -> dict[str, bytes]:
    """Id → key in the order of HUB_FILE_URL_KEY: the first one signs, all of them verify.

    A development installation without the setting makes a key in var_dir. Raises ImproperlyConfigured as named_keys
    does, and for a key that seals the database, too.
    """
    kept_in = var_dir / "file_url_key" if is_development else None
    keys = named_keys(env, NAME, kept_in=kept_in, secret_key=secret_key)
    if set(keys.values()) & set(master_keys.values()):
        raise ImproperlyConfigured(f"{NAME} has a key of HUB_MASTER_KEYS; it must have one of its own. {HOW}")
    return keys


def file_url_minutes(env: Environment) -> int:
    """How long a link to a file lives. Raises ImproperlyConfigured beyond LONGEST_LIFE_MINUTES."""
    minutes = env.whole("HUB_FILE_URL_MINUTES", 5, least=1)
    if minutes > LONGEST_LIFE_MINUTES:
        raise ImproperlyConfigured(f"HUB_FILE_URL_MINUTES is {minutes}. Use 1 to {LONGEST_LIFE_MINUTES}.")
    return minutes
