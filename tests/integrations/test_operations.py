"""What the only writer promises beyond what the API shows."""

from __future__ import annotations

import pytest
from django.db import transaction

from inbound.models import Lane
from integrations.changes.use_case import UseCaseChanges
from integrations.kinds import kind_of
from integrations.models import Tombstone, UseCase, UseCaseType
from integrations.operations.use_cases import create_use_case, delete_use_case, update_use_case
from tests.integrations.configurations import FILE_PROXY, MANAGED_CALL, OUTBOUND

NEW = {"name": "Customers", "type": "inbound", "enabled": True}


@pytest.fixture
def create(author, integration):
    """Creates a use case through the operations."""

    def run(**fields):
        changes = UseCaseChanges.parse_new(NEW | fields)
        return create_use_case(author=author, integration_id=integration.pk, changes=changes)

    return run


@pytest.fixture
def update(author):
    """Changes a use case through the operations."""

    def run(use_case, **fields):
        return update_use_case(
            author=author,
            integration_id=use_case.integration_id,
            use_case_id=use_case.pk,
            changes=UseCaseChanges.parse_partial(fields, stored_type=use_case.type),
        )

    return run


@pytest.mark.parametrize("type", UseCaseType.values)
def test_every_type_that_can_be_stored_has_a_kind_with_a_label(type):
    assert kind_of(type).label


def test_expressions_are_never_compiled_within_a_transaction(create):
    with transaction.atomic(), pytest.raises(AssertionError):
        create(type="managed_call", configuration=MANAGED_CALL)


def test_one_save_makes_one_version(create, update):
    update(create(), name="Clients", enabled=False, configuration={"entities": []})
    assert UseCase.history.count() == 2


def test_saving_tells_whoever_listens(create):
    use_case = create()
    assert Lane.objects.get().name == str(use_case.pk)


def test_a_listener_that_fails_takes_the_use_case_with_it(create, settings):
    settings.USE_CASE_LISTENERS = ["tests.integrations.test_operations.refuse"]
    with pytest.raises(ZeroDivisionError):
        create()
    assert not UseCase.objects.exists()


def refuse(*, use_case):
    """A listener that fails."""
    raise ZeroDivisionError(use_case)


def test_a_tombstone_keeps_name_slug_and_last_version(create, update, author):
    use_case = update(create(), enabled=False)
    delete_use_case(author=author, integration_id=use_case.integration_id, use_case_id=use_case.pk)
    stone = Tombstone.objects.get(pk=use_case.pk)
    assert (stone.object_type, stone.name, stone.slug, stone.version) == ("use_case", "Customers", "customers", 2)


def test_a_put_of_the_same_outbound_configuration_makes_no_version(create, update):
    use_case = create(type="outbound", configuration=OUTBOUND)
    assert update(use_case, configuration=OUTBOUND).version == 1


def test_a_secret_that_is_written_down_survives_a_round_trip_of_its_mask(create, update):
    auth = {"type": "oauth2_client_credentials", "token_url": "x", "client_id": "y", "client_secret": "hunter2-hunter2"}
    use_case = create(type="file_proxy", configuration=FILE_PROXY | {"auth": auth})
    masked = kind_of("file_proxy").shown(use_case.configuration)
    assert masked["auth"] == auth | {"client_secret": "***"}
    before = use_case.configuration
    assert update(use_case, name="Renamed", configuration=masked).configuration == before
