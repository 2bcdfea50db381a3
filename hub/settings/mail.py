"""mail_settings: Django's settings for sending mail, out of one address."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
"""Scheme → the port where the address names none. smtp speaks plainly, smtp+tls by STARTTLS, smtps by TLS at once."""
TIMEOUT_S = 10
"""Somebody waits for the page meanwhile."""


def mail_settings(address: str) -> dict[str, object]:
    """For an address like smtp+tls://user:password@host:587, checked before; an empty one sends nothing."""
    if not address:
        return {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
    parts = urlsplit(address)
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or PORTS[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": TIMEOUT_S,
    }
