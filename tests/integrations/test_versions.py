"""Versions of a use case: who, when, which, and what changed."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from hub.errors import NotFound
from integrations.changes.use_case import UseCaseChanges
from integrations.operations.use_cases import create_use_case, delete_use_case, update_use_case
from integrations.versions import compare_versions, get_version, list_past_versions
from tests.builders import NOW
from tests.integrations.configurations import FILE_PROXY, INBOUND

SECRET_AUTH = {
    "type": "oauth2_client_credentials",
    "token_url": "https://login.example.com",
    "client_id": "hub",
    "client_secret": "hunter2hunter2",
}


@pytest.fixture
def made(author, integration):
    """A use case made through the operations."""
    body = {"name": "Customers", "type": "inbound", "enabled": True, "configuration": INBOUND}
    return create_use_case(author=author, integration_id=integration.pk, changes=UseCaseChanges.parse_new(body))


@pytest.fixture
def change(author):
    """Changes a use case a number of minutes after it was made."""

    def run(use_case, minutes=1, **body):
        return update_use_case(
            author=dataclasses.replace(author, at=NOW + timedelta(minutes=minutes)),
            integration_id=use_case.integration_id,
            use_case_id=use_case.pk,
            changes=UseCaseChanges.parse_partial(body, stored_type=use_case.type),
        )

    return run


def test_a_new_use_case_is_version_one(made):
    assert made.version == 1


def test_a_version_names_its_author(made, organization):
    row = get_version(organization=organization, use_case_id=made.pk, version=1)
    assert (row.actor_type, row.actor_id, row.history_date) == ("token", "api_test", NOW)


def test_a_change_makes_one_version_more(made, change):
    assert change(made, enabled=False).version == 2


def test_a_change_that_changes_nothing_makes_no_version(made, change):
    assert change(made, enabled=True, name="Customers", configuration=INBOUND).version == 1


def test_past_and_live_versions_are_found_by_their_number(made, change, organization):
    change(made, name="Clients")
    names = [get_version(organization=organization, use_case_id=made.pk, version=n).name for n in (1, 2)]
    assert names == ["Customers", "Clients"]


def test_a_version_that_never_was_is_not_found(made, organization):
    with pytest.raises(NotFound):
        get_version(organization=organization, use_case_id=made.pk, version=2)


def test_a_version_of_another_organization_is_not_found(made, stage):
    with pytest.raises(NotFound):
        get_version(organization=stage.next_door, use_case_id=made.pk, version=1)


def test_a_past_version_names_the_moment_it_was_replaced(made, change):
    page = list_past_versions(change(made, minutes=7, enabled=False))
    assert [past.replaced_at for past in page.versions] == [NOW + timedelta(minutes=7)]


def test_the_difference_of_two_versions_names_the_places(made, change, organization):
    change(made, enabled=False, configuration={"entities": []})
    old, new = (get_version(organization=organization, use_case_id=made.pk, version=n) for n in (1, 2))
    assert [one.path for one in compare_versions(old, new)] == ["enabled", "configuration.entities[0]"]


def test_the_difference_of_two_versions_never_shows_a_secret(author, integration, change, organization):
    body = {"name": "Files", "type": "file_proxy", "enabled": True, "configuration": FILE_PROXY | {"auth": SECRET_AUTH}}
    files = create_use_case(author=author, integration_id=integration.pk, changes=UseCaseChanges.parse_new(body))
    change(files, configuration=FILE_PROXY)
    old, new = (get_version(organization=organization, use_case_id=files.pk, version=n) for n in (1, 2))
    assert "hunter2" not in repr(compare_versions(old, new))


def test_the_versions_of_a_deleted_use_case_are_gone(made, author, organization):
    delete_use_case(author=author, integration_id=made.integration_id, use_case_id=made.pk)
    with pytest.raises(NotFound):
        get_version(organization=organization, use_case_id=made.pk, version=1)
