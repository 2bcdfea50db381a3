"""egress_of: how each mode leaves the hub, which the operator has set."""

from __future__ import annotations

from functools import lru_cache
from typing import ClassVar, Final

from django.conf import settings

from hub.errors import HubError
from hub.http.egress import Egress, parse_egress

SETTINGS: Final = {"static_ip": "HUB_STATIC_IP_EGRESS", "secure_link": "HUB_SECURE_LINK_EGRESS"}
"""Mode → the setting that says how it leaves the hub."""

_parsed = lru_cache(maxsize=16)(parse_egress)


class ModeUnavailable(HubError):
    """This installation has no way out for the mode."""

    code = "SECURE_PROXY_MODE_UNAVAILABLE"
    status = 503
    headers: ClassVar[dict[str, str]] = {}


def egress_of(mode: str) -> Egress:
    """The way out for a mode. Raises ModeUnavailable when the operator has set none, Invalid for a misspelt one."""
    name = SETTINGS[mode]
    egress = _parsed(name, str(getattr(settings, name)))
    if egress is None:
        raise ModeUnavailable(
            f"Secure proxies of the mode {mode} have no way out here: whoever runs the hub sets {name}."
        )
    return egress


def is_available(mode: str) -> bool:
    """Whether this installation has a way out for the mode."""
    return bool(getattr(settings, SETTINGS[mode]))
