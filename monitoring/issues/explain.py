"""explain: the rule behind an issue in words, and what its steps are called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from monitoring.codes import Code
from monitoring.models.issues import OPEN_STATES, Issue

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

STEPS: Final[dict[str, _StrPromise]] = {
    "entity": gettext_lazy("processing of an inbound event"),
    "meter_reading": gettext_lazy("processing of meter readings"),
    "outbound": gettext_lazy("outbound delivery"),
    "managed_call": gettext_lazy("managed call"),
    "secure_proxy": gettext_lazy("call through a secure proxy"),
    "file_proxy": gettext_lazy("file proxy"),
    "external": gettext_lazy("step of a middleware"),
}
"""sync_type of a span → the step in words."""
LEVELS: Final[dict[str, _StrPromise]] = {"error": gettext_lazy("error"), "warning": gettext_lazy("warning")}
"""Levels of which there are issues, in words."""


def title_of(issue: Issue, target: str = "") -> str:
    """The code with the field or the host, whichever says more. target: what people call the host."""
    place = issue.field or target or issue.host
    return f"{issue.code} · {place}" if place else issue.code


def look_of(issue: Issue) -> str:
    """The status whose glyph stands before its state: the level of an open issue, so that errors and warnings can be
    told apart; of any other one the state itself."""
    return issue.level if issue.state in OPEN_STATES else issue.state


def step_of(issue: Issue) -> str:
    """The step that fails, in words; one that nobody has named keeps its own name."""
    return str(STEPS.get(issue.sync_type, issue.sync_type))


def advice_of(code: Code, *, is_last_attempt: bool) -> str:
    """What to do. is_last_attempt: whether the newest failure ended a delivery, which the code alone does not know."""
    if is_last_attempt:
        return _("The delivery is not tried again. Look at the message, mend the cause, then resend what failed.")
    return code.advice


def explain(issue: Issue, integration: str, use_case: str, target: str = "") -> str:
    """One or two sentences: what all failures of the issue have in common, and what is not looked at."""
    common = [
        _("integration %(name)s") % {"name": integration or issue.integration_id},
        _("use case %(name)s") % {"name": use_case} if use_case else _("no use case"),
        _("step %(name)s") % {"name": step_of(issue)},
        _("level %(name)s") % {"name": LEVELS.get(issue.level, issue.level)},
        _("code %(name)s") % {"name": issue.code},
        _("field %(name)s") % {"name": issue.field} if issue.field else "",
        _("target %(name)s") % {"name": target or issue.host} if issue.host else "",
    ]
    parts = ", ".join(filter(None, common))
    return _(
        "All these failures have in common: %(parts)s. Texts, ids, numbers and times of single failures make no"
        " difference; in paths, * stands for any item of a list."
    ) % {"parts": parts}
