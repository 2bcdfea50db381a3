"""master_keys: the keys outside the database under which everything secret in it lies (proxies-and-security.md 1.3)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import secrets
import stat
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from hub.settings.env import Environment
from hub.settings.kept_file import kept

NAME = "HUB_MASTER_KEYS"
KEY_BYTES = 32
HOW = f"Write id:key, several divided by commas, each key {KEY_BYTES} random bytes in base64 (openssl rand -base64 32)."

_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]+={0,2}")


def master_keys(env: Environment, *, var_dir: Path, is_development: bool, secret_key: str) -> dict[str, bytes]:
    """Id → key in the order of HUB_MASTER_KEYS: the first one seals, all of them open.

    A development installation without the setting makes a key in var_dir. Raises ImproperlyConfigured as named_keys.
    """
    kept_in = var_dir / "master_key" if is_development else None
    return named_keys(env, NAME, kept_in=kept_in, secret_key=secret_key)


def named_keys(env: Environment, setting: str, *, kept_in: Path | None, secret_key: str) -> dict[str, bytes]:
    """Id → key in the order of the setting; without it one that is made in kept_in, if there is such a file.

    Raises ImproperlyConfigured with one sentence for a missing, short or repeated key, one that SECRET_KEY gives away,
    and a file that others may read.
    """
    text, file = env.text(setting, ""), env.variables.get(f"{setting}_FILE")
    if not text and kept_in is not None:
        file = str(kept_in)
        text = kept(kept_in, _made, setting)
    if not text:
        raise ImproperlyConfigured(f"{setting} is not set. {HOW}")
    if file:
        _refuse_readable_by_others(Path(file), setting)
    return _parsed(text, setting, secret_key)


def _made() -> str:
    return f"development:{base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()}"


def _parsed(text: str, setting: str, secret_key: str) -> dict[str, bytes]:
    keys: dict[str, bytes] = {}
    for position, entry in enumerate(re.split(r"[\s,]+", text.strip(" \t\r\n,")), start=1):
        name, divided, encoded = entry.partition(":")
        if not divided or not _ID.fullmatch(name) or name in keys:
            raise ImproperlyConfigured(
                f"Entry {position} of {setting} has no id, or one that is no word or there twice. {HOW}"
            )
        keys[name] = _key(f"{name} of {setting}", encoded, secret_key)
    if len(set(keys.values())) < len(keys):
        raise ImproperlyConfigured(f"{setting} has the same key under two ids. {HOW}")
    return keys


def _key(which: str, encoded: str, secret_key: str) -> bytes:
    key = _decoded(encoded)
    if len(key) != KEY_BYTES:
        raise ImproperlyConfigured(f"The key {which} is not {KEY_BYTES} bytes long. {HOW}")
    if encoded == secret_key or key in _given_away_by(secret_key):
        raise ImproperlyConfigured(f"The key {which} comes from HUB_SECRET_KEY; it must be one of its own. {HOW}")
    return key


def _decoded(encoded: str) -> bytes:
    """Either base64 alphabet, padded or not; nothing for what is neither."""
    if not _BASE64.fullmatch(encoded):
        return b""
    plain = encoded.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except binascii.Error:
        return b""


def _given_away_by(secret_key: str) -> frozenset[bytes]:
    """The keys that somebody who is told to make 32 bytes out of another key would make."""
    raw = secret_key.encode("utf-8", "surrogateescape")
    digests = [hashlib.new(name, raw) for name in ("sha256", "sha512", "sha3_256", "blake2s", "blake2b")]
    cut = [raw, _decoded(secret_key), hashlib.md5(raw, usedforsecurity=False).hexdigest().encode()]
    cut += [digest.digest() for digest in digests] + [digest.hexdigest().encode() for digest in digests]
    return frozenset(each[:KEY_BYTES] for each in cut)


def _refuse_readable_by_others(file: Path, setting: str) -> None:
    if file.stat().st_mode & stat.S_IROTH:
        raise ImproperlyConfigured(
            f"{file} holds the keys of {setting}, and everybody on this machine may read it: chmod o-r {file}"
        )
