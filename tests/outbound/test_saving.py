"""What is said to whoever saves an outbound use case: refusals of what cannot work, warnings of what may be mended."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hub.accounts.models import Organization
from hub.json_types import JSONPath
from integrations.models import Integration, UseCase
from outbound.advice import MOST_ADVICE, advice_about
from outbound.configuration import OutboundConfiguration
from tests.builders import make_integration, make_token, make_use_case, make_webhook
from tests.cast import ADMIN, Stage
from tests.hub.events.builders import make_own_event
from tests.integrations.conftest import Api
from tests.outbound.world import mapping

pytestmark = pytest.mark.django_db

EVENT = "CustomerDetailsUpdated"
AT = "configuration"


def configuration(*mappings: Any, event: str = EVENT, **fields: Any) -> dict[str, Any]:
    return {"event_catalog_event": event, "mappings": list(mappings)} | fields


def polled(**fields: Any) -> Any:
    return mapping(number=9, delivery={"type": "poll"}, **fields)


@pytest.fixture
def integration(organization: Organization) -> Integration:
    return make_integration(organization=organization)


@pytest.fixture
def api(organization: Organization, client_of: Callable[..., Client]) -> Api:
    return Api(client_of(make_token(organization=organization)))


class Saver:
    """Saves configurations as a new use case."""

    def __init__(self, api: Api, integration: Integration) -> None:
        self.api = api
        self.integration = integration
        self.path = f"/v1/integrations/{integration.pk}/use-cases"
        self.saved = 0

    def save(self, raw: dict[str, Any]) -> Any:
        self.saved += 1
        body = {"name": f"Out {self.saved}", "type": "outbound", "enabled": False, "configuration": raw}
        return self.api.post(self.path, body)

    def warnings(self, raw: dict[str, Any]) -> dict[str, str]:
        answer = self.save(raw)
        assert answer.status_code == 201, answer.content
        return {one["path"]: one["message"] for one in answer.json().get("warnings", [])}


@pytest.fixture
def saver(api: Api, integration: Integration) -> Saver:
    return Saver(api, integration)


# --- warnings ------------------------------------------------------------------------------------------------------


def test_what_can_deliver_is_saved_without_a_word(organization: Organization, saver: Saver) -> None:
    make_webhook(organization=organization, id="wh_1")
    assert saver.warnings(configuration(mapping(), polled())) == {}


def test_an_event_that_nobody_defined_is_warned_of(saver: Saver) -> None:
    assert saver.warnings(configuration(polled(), event="Nothing")) == {
        f"{AT}.event_catalog_event": "there is no event Nothing yet, so nothing is delivered"
    }


def test_an_event_that_is_a_draft_is_warned_of(organization: Organization, saver: Saver) -> None:
    make_own_event(organization=organization, name="ContactHeard", status="draft")
    told = saver.warnings(configuration(polled(), event="ContactHeard"))
    assert told == {f"{AT}.event_catalog_event": "the event ContactHeard is a draft, so nothing publishes it"}


def test_a_webhook_that_is_not_there_is_warned_of(stage: Stage, saver: Saver) -> None:
    make_webhook(organization=stage.next_door, id="wh_1")
    place = f"{AT}.mappings[1].delivery.webhook_id"
    assert saver.warnings(configuration(polled(), mapping())) == {place: "there is no webhook wh_1"}


def test_a_webhook_without_an_address_is_warned_of(organization: Organization, saver: Saver) -> None:
    make_webhook(organization=organization, id="wh_1", configuration={"name": "ERP", "url": None})
    place = f"{AT}.mappings[0].delivery.webhook_id"
    assert saver.warnings(configuration(mapping())) == {place: "the webhook ERP lacks its address or its secret"}


def test_members_that_nobody_knows_are_warned_of(saver: Saver) -> None:
    delivery = {"type": "poll", "retention_day": 3, "group": None}
    told = saver.warnings(configuration(mapping(number=9, delivery=delivery, expression="$")))
    assert told == {
        f"{AT}.mappings[0].expression": "is not known, so it has no effect",
        f"{AT}.mappings[0].delivery.retention_day": "is not known, so it has no effect",
    }


def test_mappings_that_are_all_off_are_warned_of(saver: Saver) -> None:
    told = saver.warnings(configuration(polled(enabled=False)))
    assert told == {f"{AT}.mappings": "none of them is enabled, so nothing is delivered"}


FILES = {"name": "Files", "enabled": True, "delivery": {"type": "file_proxy", "use_case_slug": "upload"}}
DELIVERY = f"{AT}.mappings[0].delivery"
UPLOADS = {"direction": "upload", "upload": {}, "steps": [{"url": "https://x.example", "method": "POST"}]}


def test_files_of_an_event_that_has_none_and_a_recipe_that_is_not_there_are_warned_of(saver: Saver) -> None:
    assert saver.warnings(configuration(FILES)) == {
        f"{DELIVERY}.type": f"the event {EVENT} names no files (event_attachments), so this mapping delivers nothing",
        f"{DELIVERY}.use_case_slug": "The integration has no use case upload, by which the files were to go: until then"
        " no file goes out",
    }


def test_a_recipe_that_uploads_is_not_warned_of(saver: Saver) -> None:
    steps = [UPLOADS["steps"][0] | {"response_type": "json"}]
    make_use_case(
        integration=saver.integration, slug="upload", type="file_proxy", configuration=UPLOADS | {"steps": steps}
    )
    assert saver.warnings(configuration(FILES, event="CustomerRequestSubmitted")) == {}


def test_an_expression_that_begins_at_entity_is_warned_of(organization: Organization, saver: Saver) -> None:
    make_webhook(organization=organization, id="wh_1")
    told = saver.warnings(
        configuration(mapping(jsonata_expression="{'id': entity._id}"), event_filter="entity.status = 'a'")
    )
    assert list(told) == [f"{AT}.event_filter", f"{AT}.mappings[0].jsonata_expression"]
    assert set(told.values()) == {
        f"reads entity, which the event {EVENT} does not have; its entities are called contact,"
        " account, billing_account, portal_user"
    }


def test_a_webhook_that_adds_the_entity_has_one(organization: Organization, saver: Saver) -> None:
    make_webhook(organization=organization, id="wh_1", configuration={"payloadConfiguration": {"hydrate_entity": True}})
    assert saver.warnings(configuration(mapping(jsonata_expression="{'id': entity._id}"))) == {}


def test_an_event_of_ones_own_may_have_an_entity(organization: Organization, saver: Saver) -> None:
    node = {"id": "entity", "schema": "contact", "cardinality": "one"}
    make_own_event(organization=organization, name="ContactMet", entity_graph={"nodes": [node], "edges": []})
    assert saver.warnings(configuration(polled(jsonata_expression="{'id': entity._id}"), event="ContactMet")) == {}


def test_a_change_is_warned_of_as_a_new_use_case_is(api: Api, integration: Integration) -> None:
    use_case = make_use_case(integration=integration, type="outbound", configuration=configuration(polled()))
    path = f"/v1/integrations/{integration.pk}/use-cases/{use_case.pk}"
    answer = api.put(path, {"configuration": configuration(polled(), event="Nothing")}).json()
    assert [one["path"] for one in answer["warnings"]] == [f"{AT}.event_catalog_event"]
    assert "warnings" not in api.get(path).json()


def test_the_page_warns_as_well(client_of: Callable[..., Client], integration: Integration) -> None:
    use_case = make_use_case(
        integration=integration, type="outbound", configuration=configuration(polled(), event="Nothing")
    )
    client = client_of(ADMIN)
    path = f"/app/integrations/{integration.pk}/use-cases/{use_case.pk}"
    form = client.get(path).context["form"]
    data = {name: form[name].value() or "" for name in form.fields}
    answer = client.post(path, data | {"name": "Renamed", "slug": use_case.slug}, follow=True)
    assert "there is no event Nothing yet" in answer.content.decode()


def test_advice_costs_the_same_however_many_mappings_there_are(
    organization: Organization, count_queries: Callable[[], AbstractContextManager[CaptureQueriesContext]]
) -> None:
    counts = []
    for number in (1, 40):
        mappings = [mapping(f"wh_{place}", number=place + 1) for place in range(number)]
        parsed = OutboundConfiguration.parse(configuration(*mappings), JSONPath(AT))
        with count_queries() as counted:
            found = advice_about(
                organization=organization, configuration=parsed, at=JSONPath(AT), integration_id=uuid4()
            )
        counts.append(len(counted))
        assert len(found) == min(number, MOST_ADVICE)
    assert counts[0] >= counts[1]


# --- refusals ------------------------------------------------------------------------------------------------------


def test_a_variable_that_nothing_binds_is_refused_with_its_place(saver: Saver) -> None:
    raw = configuration(
        polled(jsonata_expression="{\n  'tenant': $envv.tenant}"), event_filter="$lower(contact.status) = 'a'"
    )
    answer = saver.save(raw)
    assert answer.status_code == 400
    assert [(one["path"], one["message"]) for one in answer.json()["details"]] == [
        (f"{AT}.event_filter", "$lower is not known in outbound expressions (line 1, column 1)"),
        (
            f"{AT}.mappings[0].jsonata_expression",
            "$envv is not known in outbound expressions (line 2, column 13)",
        ),
    ]
    assert not UseCase.objects.exists()


def test_what_was_stored_before_goes_on_as_it_did(api: Api, integration: Integration) -> None:
    raw = configuration(polled(jsonata_expression="{'a': $envv.x}"))
    use_case = make_use_case(integration=integration, type="outbound", configuration=raw)
    answer = api.put(f"/v1/integrations/{integration.pk}/use-cases/{use_case.pk}", {"name": "Renamed"})
    assert answer.status_code == 200
    assert OutboundConfiguration.parse(raw, JSONPath(AT)).mappings


@pytest.mark.parametrize(
    "expression", ["{'a': $env.x}", "{'a': $now()}", "{'a': $event._event_id}", "{'a': $mapKey($env.m, x)}"]
)
def test_what_expressions_are_given_is_known(saver: Saver, expression: str) -> None:
    assert saver.save(configuration(polled(jsonata_expression=expression))).status_code == 201
