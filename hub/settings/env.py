"""Typed readers of the environment; a bad value stops the boot with one sentence."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"0", "false", "no", "off", ""})


class Environment:
    """Reads one mapping of variables. NAME_FILE names a file whose content is the value of NAME."""

    def __init__(self, variables: Mapping[str, str] = os.environ) -> None:
        self.variables = variables

    def text(self, name: str, default: str) -> str:
        """The value of name."""
        file = self.variables.get(f"{name}_FILE")
        return self._file(name, Path(file)) if file else self.variables.get(name, default)

    def required(self, name: str) -> str:
        """The value of name; raises ImproperlyConfigured when it is missing or empty."""
        value = self.text(name, "")
        if not value:
            raise ImproperlyConfigured(f"{name} is not set. Set it in the environment or name a file in {name}_FILE.")
        return value

    def _file(self, name: str, path: Path) -> str:
        try:
            return path.read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE names {path}, which cannot be read: {error.strerror}.") from error

    def boolean(self, name: str, default: bool) -> bool:
        """true/false, yes/no, on/off, 1/0."""
        word = self.text(name, str(default)).strip().lower()
        if word not in TRUE_WORDS | FALSE_WORDS:
            raise ImproperlyConfigured(f"{name} is {word!r}. Use true or false.")
        return word in TRUE_WORDS

    def whole(self, name: str, default: int, *, least: int = 0) -> int:
        """A whole number of at least least."""
        word = self.text(name, str(default)).strip()
        if not word.isascii() or not word.isdigit() or int(word) < least:
            raise ImproperlyConfigured(f"{name} is {word!r}. Use a whole number of at least {least}.")
        return int(word)

    def words(self, name: str, default: str = "") -> list[str]:
        """A comma-separated list; blanks around the words are dropped."""
        return [word.strip() for word in self.text(name, default).split(",") if word.strip()]

    def choice(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        """One of the allowed words."""
        word = self.text(name, default).strip()
        if word not in allowed:
            raise ImproperlyConfigured(f"{name} is {word!r}. Use one of: {', '.join(allowed)}.")
        return word

    def address(self, name: str, schemes: tuple[str, ...], example: str, *, default: str = "") -> str:
        """A URL of one of the schemes that names a host; empty stays empty. The sentence leaves its password out."""
        url = self.text(name, default).strip()
        if url and not _is_address(url, schemes):
            raise ImproperlyConfigured(f"{name} is no address that the hub can use. Write it like {example}.")
        return url


def _is_address(url: str, schemes: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(url)
        has_place = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    number = parts.path.strip("/")
    return parts.scheme in schemes and has_place and (not parts.scheme.startswith("redis") or _is_number(number))


def _is_number(text: str) -> bool:
    """Of a Redis database, which may be left out."""
    return not text or (text.isascii() and text.isdigit())


def database_settings(url: str) -> dict[str, object]:
    """Django's connection settings for a DATABASE_URL: sqlite:///path or postgresql://user:password@host:port/name."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(parts.path.removeprefix("/") if parts.path.startswith("//") is False else parts.path[1:])
    if parts.scheme in {"postgres", "postgresql"}:
        _check_port(parts)
        return {
            "ENGINE": "hub.database.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or ""),
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": None,
            "CONN_HEALTH_CHECKS": True,
        }
    raise ImproperlyConfigured(f"DATABASE_URL begins with {parts.scheme!r}. Use sqlite:///path or postgresql://….")


def _check_port(parts: SplitResult) -> None:
    try:
        _ = parts.port
    except ValueError as error:
        raise ImproperlyConfigured(f"DATABASE_URL has a wrong port: {error}.") from error


def _sqlite(path: str) -> dict[str, object]:
    pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=20000; PRAGMA cache_size=-32000;"
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "CONN_MAX_AGE": None,
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": pragmas},
    }
