"""What people do with a schedule: pause it, have it run now, rewind it, end a run; each act is in the audit trail."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction

from hub import background
from hub.accounts.audit import Act, record
from hub.entities.schemas.checks import is_date, is_moment
from hub.errors import Conflict, Invalid, NotFound
from hub.json_types import JSONObject, JSONValue
from integrations.findings import refusal
from integrations.models import UseCase
from integrations.operations.author import Author
from proxies.managed_call.pull import CursorRule, is_cursor
from proxies.models import UNFINISHED_PULLS, Pull, PullKind, PullRun, PullState
from proxies.pulling.pages import can_be_compared
from proxies.pulling.planning import RUN, pull_of, run_of
from proxies.pulling.queries import RunNotFound
from proxies.pulling.recording import ENDED
from proxies.pulling.schedules import Scheduled, schedule_of


class PullUnderWay(Conflict):
    """One run after the other moves the cursor."""

    code = "PULL_UNDER_WAY"

    def __init__(self) -> None:
        super().__init__("A run of this use case is on its way. Wait for its end, or cancel it first.")


class PullHeld(Conflict):
    """Nothing would run."""

    code = "PULL_HELD"


class NoSchedule(NotFound):
    """A use case that is no managed call, or one without a pull block that can be read."""

    code = "SCHEDULE_NOT_FOUND"

    def __init__(self) -> None:
        super().__init__("This use case has no schedule. Give its managed call a pull block first.")


@dataclass(frozen=True, slots=True)
class Keeper:
    """Who acts on the schedule of which use case."""

    author: Author
    one: Scheduled

    @classmethod
    def of(cls, author: Author, use_case: UseCase) -> Keeper:
        """Raises NotFound for a use case without a schedule."""
        found = schedule_of(use_case)
        if found is None:
            raise NoSchedule
        return cls(author, found)

    def pull(self) -> Pull:
        """The row of the use case, locked until the transaction ends; made where there is none yet."""
        fresh = pull_of(self.one, self.author.at)
        Pull.objects.bulk_create([fresh], ignore_conflicts=True)
        return Pull.objects.of(self.author.organization).select_for_update(no_key=True).get(pk=fresh.pk)

    def note(self, action: str, changes: JSONObject) -> None:
        """For the audit trail."""
        author, act = self.author, Act(f"pull.{action}", "use_case", str(self.one.use_case.pk), changes)
        record(organization=author.organization, actor=author.actor, act=act, at=author.at)


@transaction.atomic
def pause(keeper: Keeper) -> None:
    """Hold everything; a run that is on its way stops after its page. Does nothing where it is paused already."""
    pull, at = keeper.pull(), keeper.author.at
    if pull.paused_at is None:
        pull.paused_at = at
        pull.save(update_fields=["paused_at"])
        keeper.note("paused", {})


@transaction.atomic
def resume(keeper: Keeper) -> None:
    """Go on; what was due meanwhile runs once, at once. Does nothing where it is not paused."""
    pull = keeper.pull()
    if pull.paused_at is not None:
        pull.paused_at = None
        pull.save(update_fields=["paused_at"])
        keeper.note("resumed", {})
        background.after_commit(RUN)


def run_now(keeper: Keeper, *, is_full: bool = False) -> PullRun:
    """A run that is due at once, from the cursor or, where is_full, from the very beginning.

    Raises PullHeld while the schedule is paused or the use case disabled, PullUnderWay while another run is on its way.
    """
    try:
        return _run_now(keeper, PullKind.FULL if is_full else PullKind.MANUAL)
    except IntegrityError as error:
        raise PullUnderWay from error


@transaction.atomic
def _run_now(keeper: Keeper, kind: PullKind) -> PullRun:
    pull, at = keeper.pull(), keeper.author.at
    if not keeper.one.use_case.enabled:
        raise PullHeld("The use case is disabled. Enable it, then run it.")
    if pull.paused_at is not None:
        raise PullHeld("The schedule is paused. Resume it, then run it.")
    run = run_of(pull, kind, at)
    run.save(force_insert=True)
    keeper.note("run", {"kind": str(kind), "run_id": str(run.id)})
    background.after_commit(RUN)
    return run


@transaction.atomic
def rewind(keeper: Keeper, cursor: JSONValue) -> None:
    """Have the next run begin there; None: at the very beginning.

    Raises PullUnderWay while a run is on its way, which would move the cursor again, and Invalid for what is no cursor,
    or none of the sort that the schedule keeps: the next run could not compare them. Where the cursor is the moment at
    which a run began, a text has to name a day or a moment.
    """
    rule = keeper.one.pull.cursor
    if rule is None:
        raise Invalid("This schedule keeps no cursor: every run reads everything.")
    if cursor is not None and not is_cursor(cursor):
        raise refusal("cursor", "must be a text or a number of 64 bits at most")
    pull = keeper.pull()
    known = [one for one in (rule.initial, pull.cursor) if one is not None]
    if cursor is not None and not all(can_be_compared(cursor, one) for one in known):
        raise refusal(
            "cursor", f"must be a {'text' if isinstance(known[0], str) else 'number'}, as the cursor is so far"
        )
    if isinstance(cursor, str) and not _may_begin_at(rule, cursor):
        raise refusal("cursor", "must be a day or a moment that exists, such as 2026-01-31 or 2026-01-31T00:00:00Z")
    going = PullRun.objects.of(keeper.author.organization).filter(use_case_id=pull.pk, state__in=UNFINISHED_PULLS)
    if going.exclude(kind=PullKind.ON_DEMAND).exists():
        raise PullUnderWay
    changes: JSONObject = {"from": pull.cursor, "to": cursor}
    pull.cursor = cursor
    pull.save(update_fields=["cursor"])
    keeper.note("rewound", changes)


def _may_begin_at(rule: CursorRule, cursor: str) -> bool:
    """Whether a text can be the cursor: of a moment anything else would be a slip of the keyboard."""
    is_of_moments = rule.following is None and not isinstance(rule.initial, int | float)
    return not is_of_moments or cursor == rule.initial or is_date(cursor) or is_moment(cursor)


@transaction.atomic
def cancel_run(keeper: Keeper, run_id: UUID) -> None:
    """End a run; whatever it has handed on stays, and the cursor where it was. Raises NotFound, and Conflict for one
    that has ended."""
    at = keeper.author.at
    runs = PullRun.objects.of(keeper.author.organization).filter(use_case_id=keeper.one.use_case.pk, pk=run_id)
    if not runs.exists():
        raise RunNotFound
    ended = runs.filter(state__in=UNFINISHED_PULLS).update(
        state=PullState.CANCELLED, finished_at=at, code="", message="", **ENDED
    )
    if not ended:
        raise Conflict("The run has ended already.", code="PULL_RUN_ENDED")
    keeper.note("cancelled", {"run_id": str(run_id)})
