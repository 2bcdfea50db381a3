"""declare_use_cases: makes the use cases of an integration what a list says they are (api.md 8.6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from hub.accounts.audit import Act
from integrations.changes.use_case import UseCaseItem
from integrations.findings import refusal
from integrations.models import Integration, UseCase
from integrations.operations.author import Author
from integrations.operations.use_case_rows import change_use_case, insert_use_case, remove_use_case
from integrations.queries import use_cases_of

ONE_STEP = timedelta(microseconds=1)
"""Between the creation moments of use cases of one request, so that lists keep the order of the request."""


def declare_use_cases(*, author: Author, integration: Integration, items: Sequence[UseCaseItem]) -> list[Act]:
    """Delete what no item names, change what one names, create the rest; slugs and names never match anything.

    Deletions come first, so that their slugs are free again. Raises Invalid for what is immutable or taken.
    """
    existing = {use_case.pk: use_case for use_case in use_cases_of(integration)}
    named = {item.id for item in items}
    removed = [remove_use_case(author=author, use_case=row) for key, row in existing.items() if key not in named]
    changed = [
        act for item in items if item.id in existing and (act := _change(author, existing[item.id], item)) is not None
    ]
    created = _create(author, integration, [item for item in items if item.id not in existing])
    return removed + changed + created


def _change(author: Author, use_case: UseCase, item: UseCaseItem) -> Act | None:
    if item.changes.slug not in (None, use_case.slug):
        at = item.changes.at.key("slug")
        raise refusal(at, f"is {use_case.slug} and stays so", code="SLUG_IMMUTABLE")
    return change_use_case(author=author, use_case=use_case, changes=item.changes)


def _create(author: Author, integration: Integration, items: Sequence[UseCaseItem]) -> list[Act]:
    reserved = {item.changes.slug for item in items if item.changes.slug}
    acts: list[Act] = []
    for position, item in enumerate(items):
        _, act = insert_use_case(
            author=replace(author, at=author.at + position * ONE_STEP),
            integration=integration,
            changes=item.changes,
            identifier=item.id,
            reserved=reserved,
        )
        acts.append(act)
    return acts
