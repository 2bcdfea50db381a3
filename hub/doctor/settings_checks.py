"""settings, base_url, egress: whether what the environment says can be run with."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings as values
from django.core import checks

from hub.doctor.findings import Finding, fail, ok, warn

UNSAFE_HINT = "See .env.example for what each setting does."


def settings() -> Iterator[Finding]:
    """What manage.py check finds; outside development with its list for servers."""
    found = [one for one in checks.run_checks(include_deployment_checks=not values.HUB_DEVELOPMENT) if not _is_low(one)]
    for one in found:
        grade = fail if one.level >= checks.ERROR else warn
        yield grade("settings", f"{one.id}: {one.msg}", one.hint or UNSAFE_HINT)
    if not found:
        kind = "development" if values.HUB_DEVELOPMENT else "a server"
        yield ok("settings", f"The settings are fit for {kind}.")


def _is_low(one: checks.CheckMessage) -> bool:
    return one.level < checks.WARNING or one.is_silenced()


def base_url() -> Iterator[Finding]:
    """Links in mails and API answers begin with it."""
    scheme, host = urlsplit(values.HUB_BASE_URL).scheme, urlsplit(values.HUB_BASE_URL).hostname
    if scheme == "https" or values.HUB_DEVELOPMENT:
        yield ok("base url", f"The hub is reached at {scheme}://{host}.")
    else:
        advice = "Set HUB_BASE_URL to the https address of the proxy in front, and HUB_BEHIND_TLS_PROXY=true."
        yield warn("base url", "HUB_BASE_URL is not https, so tokens would travel in clear text.", advice)


def egress() -> Iterator[Finding]:
    """Where calls may go beyond the public internet."""
    opened = len(values.HUB_EGRESS_ALLOW)
    if any(entry in {"0.0.0.0/0", "::/0"} for entry in values.HUB_EGRESS_ALLOW):
        yield warn("egress", "Calls may go to every private address.", "Name only what is needed in HUB_EGRESS_ALLOW.")
    else:
        yield ok("egress", f"Calls go to public addresses and {opened} opened hosts and ranges.")
