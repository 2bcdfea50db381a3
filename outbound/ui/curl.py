"""curl_of: an attempt as a command for a shell; what is secret stands in it as a variable; pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hub.environments.redaction import MASK

_NO_NAME = re.compile(r"[^A-Z0-9]+")


def curl_of(*, method: str, url: str, headers: Sequence[Sequence[str]], body: str) -> str:
    """Every masked value becomes ``$NAME_OF_ITS_HEADER``, to be set before the command runs."""
    lines = [f"curl -X {method} {_quoted(url, 'URL_SECRET')}"]
    lines += [f"  -H {_quoted(f'{name}: {value}', _variable(name))}" for name, value in headers if _is_kept(name)]
    if body:
        lines.append(f"  --data-binary {_single(body)}")
    return " \\\n".join(lines)


def _is_kept(name: str) -> bool:
    """curl works these out by itself."""
    return name.lower() not in {"content-length", "host", "connection"}


def _variable(name: str) -> str:
    return _NO_NAME.sub("_", name.upper()).strip("_") or "SECRET"


def _quoted(text: str, variable: str) -> str:
    """In single quotes, but for masks, which the shell has to fill in."""
    if MASK not in text:
        return _single(text)
    return f'"${variable}"'.join(_single(part) if part else "" for part in text.split(MASK))


def _single(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
