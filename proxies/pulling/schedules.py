"""scheduled: the managed calls that are made by themselves, over all organizations or one of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from hub.errors import Invalid
from hub.json_types import ROOT
from integrations.models import UseCase, UseCaseType
from proxies.managed_call.configuration import ManagedCallConfiguration
from proxies.managed_call.pull import PullConfiguration


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A use case with the schedule that its present version has."""

    use_case: UseCase
    call: ManagedCallConfiguration
    pull: PullConfiguration


def scheduled(use_cases: QuerySet[UseCase]) -> Iterator[Scheduled]:
    """Those of the use cases that have a schedule; one query."""
    for use_case in use_cases.filter(type=UseCaseType.MANAGED_CALL):
        found = schedule_of(use_case)
        if found is not None:
            yield found


def schedule_of(use_case: UseCase) -> Scheduled | None:
    """None without a schedule, and for a configuration that cannot be read, which may be one of another time."""
    if use_case.type != UseCaseType.MANAGED_CALL or not (use_case.configuration or {}).get("pull"):
        return None
    try:
        call = ManagedCallConfiguration.parse(use_case.configuration, ROOT)
    except Invalid:
        return None
    return None if call.pull is None else Scheduled(use_case, call, call.pull)
