"""url_findings: what is wrong with an address before anybody calls it; origin_of: to whom it leads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from hub.environments.references import REFERENCE, has_remnant

URL_CHARACTERS: Final = 8 * 1024
NOT_FILLED_IN: Final = "has {{ that nothing fills in, so it is called as it is written; values come from {{env.KEY}}"
_STANDS_FOR_A_VALUE: Final = "env"
_VALUE: Final = "\ufffc"
_PORT_WITH_VALUE: Final = re.compile(rf"(://[^/?#]*):\d*{_VALUE}[\d{_VALUE}]*(?=[/?#]|$)")
_USUAL_PORTS: Final = {"https": ":443", "http": ":80"}
_HOST_END: Final = re.compile(r"[/?#]")
_UNFIT: Final = re.compile(r"[\x00-\x20\x7f\\]")


def url_findings(text: str, *, may_be_plain: bool = False) -> list[str]:
    """One sentence for everything that is wrong; ``{{env.KEY}}`` may stand anywhere.

    may_be_plain: http will do, as it does within a VPN.

    This helps whoever types the address. What a name resolves to, and what the references become, shows only when the
    connection is made: the check there is the control.
    """
    if len(text) > URL_CHARACTERS:
        return [f"may have at most {URL_CHARACTERS} characters"]
    if has_remnant(text):
        return ["has {{env. without a key after it; write {{env.KEY}}"]
    marked = REFERENCE.sub(_VALUE, text)
    if _UNFIT.search(marked):
        return ["must not contain blanks, control characters or a backslash"]
    if REFERENCE.match(text) and "://" not in marked:
        marked = f"https://{marked}"
    try:
        return list(_findings(urlsplit(_plain(marked)), may_be_plain or bool(settings.HUB_EGRESS_ALLOW)))
    except ValueError:
        return ["is no valid address"]


def is_left_as_it_is(text: str) -> bool:
    """Whether an address has a placeholder that nothing fills in, such as ``{{user.id}}``."""
    return "{{" in REFERENCE.sub("", text)


def origin_of(text: str) -> str:
    """To whom an address leads, as far as it is written down: scheme, host and port, with its references; pure.

    Two addresses of one origin lead to the same place as long as the values of their references do. Where that is hard
    to tell, two origins are different.
    """
    parts = REFERENCE.split(text)
    parts[::2] = [literal.lower() for literal in parts[::2]]
    parts[1::2] = [f"{{{{env.{name}}}}}" for name in parts[1::2]]
    whole = "".join(parts)
    scheme, separator, rest = whole.partition("://") if "://" in whole else ("", "", whole)
    host = _HOST_END.split(rest, maxsplit=1)[0]
    return f"{scheme}{separator}{host.removesuffix(_USUAL_PORTS.get(scheme, ''))}"


def _plain(marked: str) -> str:
    """An address with a word for each value; a port that has one in it may be any, so it is left out."""
    return _PORT_WITH_VALUE.sub(r"\1", marked).replace(_VALUE, _STANDS_FOR_A_VALUE)


def _findings(parts: SplitResult, may_be_plain: bool) -> Iterator[str]:
    """Raises ValueError for a port that is none."""
    has_value_as_scheme = parts.scheme == _STANDS_FOR_A_VALUE
    if parts.scheme not in {"http", "https"} and not has_value_as_scheme:
        yield "must be an absolute address that begins with https://"
        return
    if parts.scheme == "http" and not may_be_plain:
        yield "must begin with https://"
    if "@" in parts.netloc:
        yield "must not contain a user name or a password; use auth for them"
    elif not parts.hostname or "%" in parts.netloc:
        yield "has no valid host"
    elif parts.port == 0:
        yield "has no valid port"
