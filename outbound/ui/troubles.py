"""Notices about receivers that get nothing at the moment: since when, how much is held, what happens next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hub import clock
from hub.display_zone import display_zone
from hub.web.templatetags.moments import relative_time
from hub.web.templatetags.numbers import number
from outbound.ui.standing import clock_of
from outbound.webhooks.troubled import Troubled


@dataclass(frozen=True, slots=True)
class Notice:
    """One banner. can_probe: the next probe may be sent at once; can_resume: it is a pause that somebody can end.

    is_here: it stands on the receiver's own page; is_upload: url leads to the use case whose files wait.
    """

    webhook_id: str
    tone: str
    title: str
    text: str
    url: str
    held_url: str
    can_probe: bool
    can_resume: bool
    is_here: bool
    is_upload: bool


def notices_of(found: Iterable[Troubled], *, is_here: bool = False) -> list[Notice]:
    """One per receiver: a pause is what somebody wanted, so it is told even where the circuit is open, too."""
    return [_notice(one, is_here=is_here) for one in found]


def _notice(one: Troubled, *, is_here: bool) -> Notice:
    is_paused = one.paused_at is not None
    kept = _("%(held)s held in order, none is lost.") % {"held": _held(one)}
    then = _("They go out once it is resumed.") if is_paused else _probe(one)
    return Notice(
        webhook_id=one.webhook_id,
        tone="held" if is_paused else "error",
        title=_paused(one) if is_paused else _failing(one),
        text=f"{kept} {then}",
        url=url_of(one),
        held_url=f"{reverse('outbound:deliveries')}?status=held&webhook={one.webhook_id}&window=90d",
        can_probe=not is_paused and one.endpoint is not None and one.upload is None,
        can_resume=is_paused,
        is_here=is_here,
        is_upload=one.upload is not None,
    )


def url_of(one: Troubled) -> str:
    """The page of the webhook, or of the use case whose files wait."""
    if one.upload is None:
        return reverse("outbound:webhook", args=[one.webhook_id])
    return reverse("integrations:use-case", args=[one.upload.integration_id, one.upload.use_case_id])


def _paused(one: Troubled) -> str:
    return _("%(name)s is paused since %(when)s.") % {
        "name": one.name,
        "when": clock_of(one.paused_at),
    }


def _failing(one: Troubled) -> str:
    since = one.endpoint.failing_since if one.endpoint else None
    failures = one.endpoint.failures if one.endpoint else 0
    text = ngettext(
        "%(name)s has been failing since %(when)s, %(count)s attempt in a row.",
        "%(name)s has been failing since %(when)s, %(count)s attempts in a row.",
        failures,
    )
    return text % {"name": one.name, "when": clock_of(since), "count": number(failures)}


def _probe(one: Troubled) -> str:
    probe_at = one.endpoint.probe_at if one.endpoint else None
    if probe_at is None or probe_at <= clock.now():
        return _("The next delivery goes out as a probe.")
    return _("Next probe %(when)s, at %(at)s.") % {
        "when": relative_time(probe_at, clock.now()),
        "at": f"{probe_at.astimezone(display_zone()):%H:%M:%S}",
    }


def _held(one: Troubled) -> str:
    shown = number(one.held) + ("+" if one.is_at_least else "")
    return ngettext("%(count)s delivery is", "%(count)s deliveries are", one.held) % {"count": shown}
