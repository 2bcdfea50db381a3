"""What kinds, channels and states are called on pages, and what a rule looks for in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hub.errors import Invalid
from monitoring.alerts.deciding import Reason
from monitoring.alerts.judging import spoken
from monitoring.alerts.kinds import (
    Count,
    ErrorRate,
    Expiring,
    Kind,
    Parameters,
    QueueAge,
    Signal,
    Silence,
    parse,
)
from monitoring.models import AlertChannel, AlertRule

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

KINDS: Final[dict[Kind, tuple[_StrPromise, _StrPromise]]] = {
    Kind.ERROR_RATE: (gettext_lazy("Error rate"), gettext_lazy("Too large a share of the events fails.")),
    Kind.COUNT: (gettext_lazy("Number of a code"), gettext_lazy("A code, an error or a warning comes too often.")),
    Kind.SILENCE: (
        gettext_lazy("Silence"),
        gettext_lazy("No event, no acknowledgement or no poll for too long."),
    ),
    Kind.QUEUE_AGE: (gettext_lazy("Queue age"), gettext_lazy("Something waits for too long.")),
    Kind.CIRCUIT_OPEN: (
        gettext_lazy("Receiver takes nothing"),
        gettext_lazy("Deliveries are held because a receiver has failed too often."),
    ),
    Kind.EXPIRING: (gettext_lazy("Expiry"), gettext_lazy("A token, a certificate or a variable ends soon.")),
}
"""Kind → its name and what it is for."""
SIGNALS: Final[dict[Signal, _StrPromise]] = {
    Signal.EVENT: gettext_lazy("no event"),
    Signal.ACKNOWLEDGEMENT: gettext_lazy("no acknowledgement of what was delivered"),
    Signal.POLL: gettext_lazy("no poll by the ERP"),
}
SEVERITIES: Final[dict[str, _StrPromise]] = {"error": gettext_lazy("Error"), "warning": gettext_lazy("Warning")}
"""Severities of rules, and levels of spans."""
CHANNELS: Final[dict[str, _StrPromise]] = {
    AlertChannel.Kind.MAIL.value: gettext_lazy("Mail"),
    AlertChannel.Kind.WEBHOOK.value: gettext_lazy("Signed webhook"),
    AlertChannel.Kind.SLACK.value: gettext_lazy("Slack or compatible"),
    AlertChannel.Kind.TEAMS.value: gettext_lazy("Teams"),
}
STATUSES: Final[dict[str, tuple[str, _StrPromise]]] = {
    "firing": ("error", gettext_lazy("Firing")),
    "pending": ("waiting", gettext_lazy("Seen once")),
    "ok": ("success", gettext_lazy("OK")),
    "unknown": ("skipped", gettext_lazy("Too little to judge")),
    "unjudged": ("skipped", gettext_lazy("Not judged")),
    "fresh": ("waiting", gettext_lazy("Not looked at yet")),
    "disabled": ("disabled", gettext_lazy("Off")),
}
"""Where a rule stands → the look and the word."""
WELL_WITHOUT: Final = frozenset({Kind.COUNT, Kind.QUEUE_AGE, Kind.CIRCUIT_OPEN, Kind.EXPIRING})
"""Kinds that look for what is bad: where such a rule finds nothing, all is well. The others judge what happens."""
NOTICE_STATES: Final[dict[str, tuple[str, _StrPromise]]] = {
    "due": ("waiting", gettext_lazy("Waiting")),
    "sending": ("running", gettext_lazy("Sending")),
    "sent": ("success", gettext_lazy("Sent")),
    "suppressed": ("held", gettext_lazy("Not sent")),
    "failed": ("failed", gettext_lazy("Failed")),
}
REASONS: Final[dict[str, _StrPromise]] = {
    Reason.THROTTLED.value: gettext_lazy("the rule was told of shortly before"),
    Reason.MUTED.value: gettext_lazy("the rule is muted"),
    Reason.NO_CHANNEL.value: gettext_lazy("the rule has no channel that is switched on"),
    Reason.UNHEARD.value: gettext_lazy("nobody could be told that it fires"),
    Reason.QUIET.value: gettext_lazy("held until the quiet hours end"),
}


def looks_for(rule: AlertRule) -> str:
    """The limit of a rule in one line."""
    try:
        return _line(parse(rule.kind, rule.parameters))
    except Invalid as error:
        return error.message


def _line(parameters: Parameters) -> str:
    if isinstance(parameters, ErrorRate):
        text = _("more than %(percent)s %% of at least %(least)s events in %(window)s")
        window = spoken(parameters.window_minutes)
        return text % {"percent": parameters.percent, "least": parameters.least_events, "window": window}
    if isinstance(parameters, Count):
        what = parameters.code or {"error": _("errors"), "warning": _("warnings")}[parameters.level]
        text = _("at least %(number)s × %(what)s in %(window)s")
        return text % {"number": parameters.number, "what": what, "window": spoken(parameters.window_minutes)}
    if isinstance(parameters, Silence):
        signal, minutes = SIGNALS[parameters.signal], spoken(parameters.minutes)
        return _("%(signal)s for %(minutes)s") % {"signal": signal, "minutes": minutes}
    if isinstance(parameters, QueueAge):
        return _("the oldest waits for more than %(minutes)s") % {"minutes": spoken(parameters.minutes)}
    if isinstance(parameters, Expiring):
        return _("ends within %(days)s days") % {"days": parameters.days}
    return _("a receiver failed so often that its deliveries are held")
