"""client_address: where a request comes from, as far as the proxies in front can be believed."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address

from django.conf import settings


def client_address(meta: Mapping[str, object]) -> str:
    """The client's IP address from a WSGI environment.

    HUB_TRUSTED_PROXIES entries at the right of X-Forwarded-For were written by our own proxies; whatever stands
    left of them was written by the client and counts for nothing.
    """
    peer = str(meta.get("REMOTE_ADDR", ""))
    trusted = settings.HUB_TRUSTED_PROXIES
    entries = str(meta.get("HTTP_X_FORWARDED_FOR", "")).split(",")
    if not trusted or len(entries) < trusted:
        return _canonical(peer) or ""
    return _canonical(entries[-trusted]) or _canonical(peer) or ""


def _canonical(text: str) -> str | None:
    try:
        return str(ip_address(text.strip()))
    except ValueError:
        return None
