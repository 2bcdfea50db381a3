"""Writers at the same moment: slugs stay unique, versions have no gaps, nothing fails that should not."""

from __future__ import annotations

import uuid

import pytest

from hub.accounts.audit import SYSTEM, verify
from hub.errors import Invalid
from integrations.changes.app_mapping import AppComponent
from integrations.changes.integration import IntegrationChanges
from integrations.changes.use_case import UseCaseChanges, UseCaseItem
from integrations.models import UseCase
from integrations.operations.app_mappings import AppMappingExists, set_app_mapping
from integrations.operations.author import Author
from integrations.operations.integrations import create_integration, update_integration
from integrations.operations.use_cases import create_use_case, update_use_case
from tests.builders import NOW, make_integration, make_organization, make_use_case
from tests.hub.entities.conftest import file_store, in_threads  # noqa: F401 -- a fixture

WRITERS = 8
NEW = {"name": "Customers", "type": "inbound", "enabled": True}


@pytest.fixture
def author(file_store):  # noqa: F811 -- a fixture
    """An author whose database takes several connections."""
    return Author(organization=file_store.organization, actor=SYSTEM, is_admin=False, at=NOW)


@pytest.fixture
def integration(author):
    """An integration there."""
    return make_integration(organization=author.organization)


def outcome(work):
    """The answer of work, or the code it is refused with."""

    def run():
        try:
            return work()
        except (Invalid, AppMappingExists) as failure:
            return failure.code

    return run


def creating(author, integration, **fields):
    """Creates a use case."""
    changes = UseCaseChanges.parse_new(NEW | fields)
    return outcome(lambda: create_use_case(author=author, integration_id=integration.pk, changes=changes).slug)


def test_of_many_that_ask_for_one_slug_one_gets_it_and_the_others_are_refused(author, integration):
    answers = in_threads(*[creating(author, integration, slug="same")] * WRITERS)
    assert sorted(answers) == ["SLUG_NOT_UNIQUE"] * (WRITERS - 1) + ["same"]


def test_many_derived_slugs_at_once_are_all_different(author, integration):
    answers = in_threads(*[creating(author, integration)] * WRITERS)
    assert set(answers) == {"customers", *(f"customers-{number}" for number in range(2, WRITERS + 1))}


def test_of_many_that_ask_for_one_id_one_gets_it(author):
    same = uuid.uuid4()
    items = [UseCaseItem(same, UseCaseChanges.parse_new(NEW))]
    changes = IntegrationChanges.parse({"name": "x"}, needs_name=True)
    create = outcome(lambda: create_integration(author=author, changes=changes, items=items).name)
    assert sorted(in_threads(*[create] * WRITERS)) == ["VALIDATION_ERROR"] * (WRITERS - 1) + ["x"]


def test_two_organizations_that_ask_for_one_id_at_once_get_no_server_error(author):
    other = Author(organization=make_organization(), actor=SYSTEM, is_admin=False, at=NOW)
    items = [UseCaseItem(uuid.uuid4(), UseCaseChanges.parse_new(NEW))]
    changes = IntegrationChanges.parse({"name": "x"}, needs_name=True)
    works = [
        outcome(lambda each=each: create_integration(author=each, changes=changes, items=items).name)
        for each in [author, other] * 4
    ]
    assert sorted(in_threads(*works)) == ["VALIDATION_ERROR"] * 7 + ["x"]


def test_many_changes_of_one_use_case_make_as_many_versions(author, integration):
    use_case = make_use_case(integration=integration)

    def renaming(name):
        changes = UseCaseChanges.parse_partial({"name": name}, stored_type="inbound")
        ids = {"integration_id": integration.pk, "use_case_id": use_case.pk}
        return lambda: update_use_case(author=author, changes=changes, **ids).version

    assert sorted(in_threads(*map(renaming, "abcdefgh"))) == list(range(2, 10))
    assert list(UseCase.history.order_by("version").values_list("version", flat=True)) == list(range(1, 10))


def test_a_rename_and_a_use_case_at_once_both_survive(author, integration):
    changes = IntegrationChanges.parse({"name": "Renamed"}, needs_name=False)
    rename = outcome(lambda: update_integration(author=author, integration_id=integration.pk, changes=changes))
    in_threads(rename, creating(author, integration))
    integration.refresh_from_db()
    assert (integration.name, integration.version, UseCase.objects.count()) == ("Renamed", 3, 1)


def test_of_many_that_map_one_component_one_succeeds(author, integration):
    component = AppComponent(uuid.UUID(int=1), uuid.UUID(int=2))
    work = outcome(
        lambda: (
            set_app_mapping(
                author=author, integration_id=integration.pk, component=component, overwrite=False
            ).integration_id
        )
    )
    answers = in_threads(*[work] * WRITERS)
    assert (answers.count("APP_MAPPING_EXISTS"), answers.count(integration.pk)) == (WRITERS - 1, 1)


def test_the_audit_trail_of_many_writers_has_no_fork(author, integration):
    in_threads(*[creating(author, integration)] * WRITERS)
    assert list(verify(author.organization)) == []
