"""Create, change and delete one use case (api.md section 9)."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from hub.preconditions import check_version
from integrations.changes.use_case import UseCaseChanges
from integrations.expressions import check_expressions
from integrations.findings import invalid
from integrations.models import UseCase
from integrations.operations.author import Author, recorded
from integrations.operations.use_case_rows import change_use_case, insert_use_case, remove_use_case, touch
from integrations.queries import get_integration, get_use_case


def create_use_case(*, author: Author, integration_id: UUID, changes: UseCaseChanges) -> UseCase:
    """A new use case; without a slug it gets one derived from its name.

    Raises IntegrationNotFound, IntegrationProtected, or Invalid for a slug in use or an expression that does not
    compile. Must not be called within a transaction.
    """
    refuse_broken_expressions([changes])
    with recorded(author) as acts:
        integration = get_integration(organization=author.organization, integration_id=integration_id)
        author.check_may_change(integration)
        use_case, act = insert_use_case(
            author=author, integration=integration, changes=changes, identifier=None, reserved=set()
        )
        acts.append(act)
        touch(integration)
    return use_case


def update_use_case(
    *,
    author: Author,
    integration_id: UUID,
    use_case_id: UUID,
    changes: UseCaseChanges,
    expected: frozenset[int] | None = None,
) -> UseCase:
    """Apply what was sent; a version more when something is different, nothing at all when not.

    expected: the versions the caller knows, None for any. Raises UseCaseNotFound, IntegrationProtected, Stale, or
    Invalid for what is immutable, taken or does not compile. Must not be called within a transaction.
    """
    refuse_broken_expressions([changes])
    with recorded(author) as acts:
        use_case = get_use_case(
            organization=author.organization, integration_id=integration_id, use_case_id=use_case_id
        )
        author.check_may_change(use_case.integration)
        check_version(use_case.version, expected)
        act = change_use_case(author=author, use_case=use_case, changes=changes)
        if act is not None:
            acts.append(act)
            touch(use_case.integration)
    return use_case


def delete_use_case(
    *, author: Author, integration_id: UUID, use_case_id: UUID, expected: frozenset[int] | None = None
) -> None:
    """Delete the use case with its versions. Raises UseCaseNotFound, IntegrationProtected or Stale."""
    with recorded(author) as acts:
        use_case = get_use_case(
            organization=author.organization, integration_id=integration_id, use_case_id=use_case_id
        )
        author.check_may_change(use_case.integration)
        check_version(use_case.version, expected)
        acts.append(remove_use_case(author=author, use_case=use_case))
        touch(use_case.integration)


def refuse_broken_expressions(sent: Iterable[UseCaseChanges]) -> None:
    """Raise Invalid naming every expression that does not compile; waits for a child process."""
    expressions = [one for changes in sent if changes.configuration for one in changes.configuration.expressions]
    problems = check_expressions(expressions) if expressions else []
    if problems:
        raise invalid(problems)
