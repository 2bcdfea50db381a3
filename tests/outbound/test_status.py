"""Whether an outbound use case can deliver, and what contradicts it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from hub.accounts.models import Organization
from hub.events.models import EventSwitch
from integrations.models import Integration, UseCase, UseCaseType
from outbound.status import OutboundStatus, outbound_status
from tests.builders import NOW, make_integration, make_use_case, make_webhook
from tests.integrations.configurations import FILE_PROXY
from tests.outbound.queue.conftest import FAILED, Queue, blocking, queue

__all__ = ["blocking", "queue"]

EVENT = "CustomerDetailsUpdated"
STEP = {"url": "https://dms.example.com/files", "method": "POST", "response_type": "json"}
UPLOAD = {"direction": "upload", "upload": {}, "steps": [STEP]}


@pytest.fixture
def integration(organization: Organization) -> Integration:
    """An ERP, an event that is on, and a webhook that takes deliveries."""
    EventSwitch.objects.create(organization=organization, name=EVENT, enabled=True)
    make_webhook(organization=organization, id="wh_1")
    return make_integration(organization=organization)


def use_case(integration: Integration, *webhooks: str, **fields: object) -> UseCase:
    mappings = [
        {"name": one, "enabled": True, "jsonata_expression": "$", "delivery": {"type": "webhook", "webhook_id": one}}
        for one in webhooks or ("wh_1",)
    ]
    configuration = {"event_catalog_event": EVENT, "mappings": mappings}
    return make_use_case(integration=integration, type=UseCaseType.OUTBOUND, configuration=configuration, **fields)


def files_to(integration: Integration, *slugs: str, **fields: object) -> UseCase:
    """A use case whose mappings hand files to these recipes."""
    mappings = [
        {
            "id": str(UUID(int=number)),
            "name": "Files",
            "enabled": True,
            "delivery": {"type": "file_proxy", "use_case_slug": slug},
        }
        for number, slug in enumerate(slugs, 7)
    ]
    configuration = {"event_catalog_event": EVENT, "mappings": mappings}
    return make_use_case(integration=integration, type=UseCaseType.OUTBOUND, configuration=configuration, **fields)


def status(integration: Integration) -> OutboundStatus:
    integration.organization.bump_config_version()
    [one] = outbound_status(integration, integration.organization, NOW)
    return one


def conflicts(integration: Integration) -> list[str]:
    return [one.type for one in status(integration).conflicts]


def test_all_is_well(integration: Integration) -> None:
    use_case(integration)
    assert (status(integration).status, conflicts(integration)) == ("ok", [])


def test_its_event_is_off(integration: Integration) -> None:
    use_case(integration)
    EventSwitch.objects.update(enabled=False)
    assert (status(integration).status, conflicts(integration)) == ("conflict", ["event_disabled"])


def test_none_of_its_webhooks_takes_deliveries(integration: Integration, organization: Organization) -> None:
    make_webhook(organization=organization, id="wh_off", enabled=False)
    use_case(integration, "wh_off")
    assert conflicts(integration) == ["all_webhooks_disabled"]


def test_a_webhook_that_is_gone_counts_as_disabled(integration: Integration) -> None:
    use_case(integration, "wh_gone")
    assert conflicts(integration) == ["all_webhooks_disabled"]


def test_one_webhook_that_takes_them_is_enough(integration: Integration) -> None:
    use_case(integration, "wh_gone", "wh_1")
    assert status(integration).status == "ok"


def test_a_disabled_use_case_leaves_its_event_and_its_webhook_on(integration: Integration) -> None:
    use_case(integration, enabled=False)
    assert status(integration).status == "disabled"
    assert conflicts(integration) == ["event_enabled_while_disabled", "webhook_enabled_while_disabled"]


def test_an_event_that_another_use_case_needs_is_no_leftover(integration: Integration) -> None:
    disabled = use_case(integration, enabled=False)
    use_case(integration, "wh_gone")
    integration.organization.bump_config_version()
    found = {one.use_case.pk: one for one in outbound_status(integration, integration.organization, NOW)}
    assert [one.type for one in found[disabled.pk].conflicts] == ["webhook_enabled_while_disabled"]


def test_an_event_that_nobody_defined_is_no_conflict(integration: Integration) -> None:
    row = use_case(integration)
    UseCase.objects.filter(pk=row.pk).update(configuration={**row.configuration, "event_catalog_event": "Unknown"})
    assert (status(integration).event_enabled, conflicts(integration)) == (None, [])


def test_a_use_case_that_is_not_polled_says_nothing_of_a_queue(integration: Integration) -> None:
    use_case(integration)
    assert status(integration).poll is None


def test_a_queue_with_dead_letters_is_a_conflict(queue: Queue) -> None:
    queue.put("broken", **FAILED)
    queue.poll()
    found = polled(queue)
    assert found.poll is not None
    assert (found.poll.dlq_count, [one.type for one in found.conflicts]) == (1, ["dlq_items_present"])


def test_a_blocked_queue_is_a_conflict(blocking: Queue) -> None:
    blocking.put("a")
    blocking.fail(2)
    blocking.poll()
    assert [one.type for one in polled(blocking).conflicts] == ["stream_blocked"]


def polled(queue: Queue) -> OutboundStatus:
    """What is said of the only use case of a queue."""
    queue.organization.bump_config_version()
    [one] = outbound_status(queue.integration, queue.organization, queue.at)
    return one


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        (None, "not_found"),
        ({"type": "managed_call"}, "wrong_type"),
        ({"type": "file_proxy", "configuration": FILE_PROXY}, "wrong_direction"),
        ({"type": "file_proxy", "configuration": UPLOAD, "enabled": False}, "disabled"),
        ({"type": "file_proxy", "configuration": UPLOAD}, None),
    ],
)
def test_the_recipe_by_which_files_go_out_is_told(
    integration: Integration, fields: dict[str, Any] | None, why: str | None
) -> None:
    recipe = make_use_case(integration=integration, slug="to-the-dms", **fields) if fields else None
    files_to(integration, "to-the-dms")
    [told] = [one.as_json() for one in status(integration).recipes]
    assert (told["mapping_id"], told["use_case_slug"]) == (str(UUID(int=7)), "to-the-dms")
    assert (told["resolved"], told.get("unresolved_reason")) == (why is None, why)
    assert told["target_use_case_id"] == (str(recipe.pk) if recipe else None)
    assert told["target_enabled"] == (recipe.enabled if recipe else None)
    assert status(integration).status == ("ok" if why is None else "conflict")
    assert [(one.type, bool(one.message)) for one in status(integration).conflicts] == (
        [] if why is None else [("file_proxy_unresolved", True)]
    )


def test_a_disabled_use_case_whose_recipe_is_gone_has_no_conflict(integration: Integration) -> None:
    EventSwitch.objects.update(enabled=False)
    files_to(integration, "gone", enabled=False)
    assert (status(integration).status, conflicts(integration)) == ("disabled", [])


def test_a_recipe_that_two_mappings_name_is_one_conflict(integration: Integration) -> None:
    files_to(integration, "gone", "gone")
    assert conflicts(integration) == ["file_proxy_unresolved"]


def test_the_recipe_of_another_integration_resolves_nothing(integration: Integration) -> None:
    other = make_integration(organization=integration.organization)
    make_use_case(integration=other, slug="to-the-dms", type=UseCaseType.FILE_PROXY, configuration=UPLOAD)
    files_to(integration, "to-the-dms")
    assert conflicts(integration) == ["file_proxy_unresolved"]
