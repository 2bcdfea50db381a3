"""start_replay: the job, once somebody has given a reason and confirmed what needs that."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from hub.errors import HubError
from hub.jobs import acts
from hub.jobs.acts import Asked, Asker
from hub.jobs.models import Job
from hub.json_types import JSONObject
from inbound.query import newest_sequence
from inbound.replays.job import KIND
from inbound.replays.looking import look
from inbound.replays.options import Options
from inbound.replays.preview import MOST_COUNTED, Preview, preview_of
from inbound.replays.scopes import FailuresOf, Scope, Selection

REASON_ABOVE: Final = 100
"""Events from which on somebody has to say why."""
MOST_SELECTED: Final = 1_000


class ReplayRefused(HubError):
    """Nothing was started; code says what is missing."""

    code = "REPLAY_REFUSED"
    status = 422


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants. confirms_prunes: they know that use cases among them remove what a list leaves out."""

    scope: Scope
    options: Options
    confirms_prunes: bool = False


def start_replay(asker: Asker, wish: Wish) -> Job:
    """The job that replays the events. Raises ReplayRefused where too many are named, nothing would run, a reason or
    the confirmation is missing, and TooManyJobs."""
    options = wish.options if wish.options.seen is not None else replace(wish.options, seen=newest_sequence())
    organization, scope = asker.organization, wish.scope
    looked = look(organization=organization, scope=scope, options=options)
    preview = preview_of(organization=organization, scope=scope, looked=looked, options=options)
    _check(asker, wish, preview)
    asked = scope.as_json()
    told: JSONObject = {
        "events": preview.counted,
        "has_more": preview.counted is None or preview.counted > MOST_COUNTED,
        "options": options.as_json(),
    }
    if asked["by"] != "selection":
        told["scope"] = asked
    repeats: UUID | None = scope.job_id if isinstance(scope, FailuresOf) else None
    request: JSONObject = {"scope": asked, "options": options.as_json()}
    return acts.start(asker, Asked(KIND, request, told, repeats))


def _check(asker: Asker, wish: Wish, preview: Preview) -> None:
    if isinstance(wish.scope, Selection) and len(wish.scope) > MOST_SELECTED:
        text = f"{len(wish.scope)} events are named; at most {MOST_SELECTED} can be. Choose fewer, or a filter."
        raise ReplayRefused(text, code="TOO_MANY_EVENTS")
    if not preview.runs and not preview.has_more:
        raise ReplayRefused("None of the events can run.", code="NOTHING_TO_REPLAY")
    if not asker.reason.strip() and needs_reason(preview):
        raise ReplayRefused(f"Above {REASON_ABOVE} events a reason is needed.", code="REASON_REQUIRED")
    if preview.prunes and not wish.confirms_prunes:
        names = ", ".join(one.slug for one in preview.prunes)
        raise ReplayRefused(f"{names}: these use cases remove records. Confirm that.", code="PRUNE_NOT_CONFIRMED")


def needs_reason(preview: Preview) -> bool:
    """Whether so many events would run that somebody has to say why."""
    return preview.runs > REASON_ABOVE or preview.has_more
