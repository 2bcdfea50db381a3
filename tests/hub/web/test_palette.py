"""The palette: what it finds for a text, for whom, and at which price."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hub.ids import to_text
from hub.plugins import load
from hub.web.palette.matches import LABELS, MOST_FOUND, MOST_OF_A_SOURCE
from inbound.events import EVENT_PREFIX
from inbound.models import InboundEvent
from monitoring.models.issues import Issue
from outbound.models import DELIVERY_PREFIX
from tests.builders import make_integration, make_use_case, make_webhook
from tests.cast import NEIGHBOUR_OWNER, OWNER, VIEWER, Stage
from tests.inbound.conftest import Erp, _end_children, _nothing_cached, customer, erp  # noqa: F401 -- fixtures
from tests.outbound.builders import make_delivery

pytestmark = pytest.mark.django_db
ClientOf = Callable[..., Client]
PARTNER = "0001032977"
ORDER = "order-4711"


def found(client: Client, text: str) -> dict[str, list[str]]:
    """Group → the labels of its matches."""
    answer = client.get("/app/palette", {"q": text}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return {group.id: [match.label for match in group.matches] for group in answer.context["groups"]}


def test_without_a_text_every_section_and_action_is_offered(client_of: ClientOf) -> None:
    shown = found(client_of(OWNER), "")
    assert shown.keys() == {"actions", "pages"}
    assert {"Overview", "Inbound events", "Access log"} <= set(shown["pages"])


def test_a_section_is_found_by_any_part_of_its_name(client_of: ClientOf) -> None:
    assert found(client_of(VIEWER), "EVENTS in")["pages"] == ["Inbound events"]


def test_what_a_person_may_not_do_is_not_offered(client_of: ClientOf) -> None:
    assert found(client_of(OWNER), "new webhook") == {"actions": ["New webhook"]}
    assert found(client_of(VIEWER), "new webhook") == {}


def test_every_match_leads_to_a_page(client_of: ClientOf, erp: Erp) -> None:  # noqa: F811
    erp.sync(customer(PARTNER), correlation_id=ORDER)
    client = client_of(OWNER)
    texts = ("", PARTNER, ORDER, erp.use_case.name)
    urls = {
        match.url
        for text in texts
        for group in client.get("/app/palette", {"q": text}).context["groups"]
        for match in group.matches
    }
    assert {url: client.get(url).status_code for url in urls if client.get(url).status_code not in {200, 302}} == {}


def test_a_number_finds_its_entity(client_of: ClientOf, erp: Erp) -> None:  # noqa: F811
    erp.sync(customer(PARTNER))
    assert len(found(client_of(VIEWER), PARTNER)["entities"]) == 1


def test_a_correlation_id_finds_its_events_and_its_trace(client_of: ClientOf, erp: Erp) -> None:  # noqa: F811
    erp.sync(customer(PARTNER), correlation_id=ORDER)
    event = InboundEvent.objects.get()
    event_id = to_text(EVENT_PREFIX, event.pk)
    client = client_of(VIEWER)
    assert found(client, ORDER) == {"events": [event_id], "traces": [ORDER]}
    assert found(client, event_id)["events"] == [event_id]


def test_a_delivery_is_found_by_its_id(client_of: ClientOf, stage: Stage) -> None:
    delivery_id = to_text(DELIVERY_PREFIX, make_delivery(organization=stage.home).id)
    assert found(client_of(VIEWER), delivery_id)["deliveries"] == [delivery_id]


def test_flows_and_receivers_are_found_by_name_slug_and_id(client_of: ClientOf, stage: Stage) -> None:
    integration = make_integration(organization=stage.home, name="Wilken north")
    use_case = make_use_case(integration=integration, name="Partners", slug="partner-sync")
    webhook = make_webhook(organization=stage.home)
    client = client_of(VIEWER)
    assert found(client, "wilken")["integrations"] == [integration.name]
    assert found(client, str(integration.pk))["integrations"] == [integration.name]
    assert found(client, "ner-sy")["use-cases"] == [use_case.name]
    assert found(client, webhook.pk)["webhooks"] == [webhook.name]


def test_an_issue_is_found_by_its_code(client_of: ClientOf, erp: Erp) -> None:  # noqa: F811
    erp.sync({"no": "customer"})
    load("monitoring.issues.folding.fold")()
    code = Issue.objects.get().code
    assert len(found(client_of(VIEWER), code[:6].lower())["issues"]) == 1


def test_nothing_of_another_organization_is_found(client_of: ClientOf, erp: Erp) -> None:  # noqa: F811
    erp.sync(customer(PARTNER), correlation_id=ORDER)
    event_id = to_text(EVENT_PREFIX, InboundEvent.objects.get().pk)
    client = client_of(NEIGHBOUR_OWNER)
    texts = (PARTNER, ORDER, event_id, erp.integration.name, str(erp.integration.pk), erp.use_case.slug)
    assert {text: found(client, text) for text in texts} == {text: {} for text in texts}


@pytest.mark.parametrize("text", ["\0", "x" * 256, "%", "'", "evt_0", "{}", "\\"])
def test_a_text_that_means_nothing_finds_nothing(client_of: ClientOf, erp: Erp, text: str) -> None:  # noqa: F811
    assert found(client_of(OWNER), text) == {}


def test_the_number_of_queries_does_not_grow_with_what_is_found(
    client_of: ClientOf, stage: Stage, django_assert_max_num_queries: Callable[..., CaptureQueriesContext]
) -> None:
    client = client_of(VIEWER)
    found(client, "wilken")  # what is kept for later requests is fetched once
    counts = []
    for number in (1, MOST_OF_A_SOURCE):
        for place in range(number):
            integration = make_integration(organization=stage.home, name=f"Wilken {number} {place}")
            make_use_case(integration=integration, name="Wilken", slug=f"w-{number}-{place}")
        with django_assert_max_num_queries(40) as queries:
            shown = found(client, "wilken")
        counts.append(len(queries))
    assert len(shown["integrations"]) == MOST_OF_A_SOURCE
    assert counts[0] == counts[1]


def test_the_very_name_comes_first_then_what_begins_so(client_of: ClientOf, stage: Stage) -> None:
    integration = make_integration(organization=stage.home, name="In the past-1")
    for slug in ("the-past-1", "past-13", "past-19", "past-1", "past-10"):
        make_use_case(integration=integration, name=slug, slug=slug)
    make_use_case(integration=integration, name="By its slug", slug="past-100")
    shown = found(client_of(VIEWER), "past-1")
    assert next(iter(shown)) == "use-cases"
    assert shown["use-cases"] == ["past-1", "By its slug", "past-10", "past-13", "past-19", "the-past-1"]


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (MOST_OF_A_SOURCE, None),
        (MOST_OF_A_SOURCE + 5, "5 more; type on"),
        (MOST_FOUND + 1, f"at least {MOST_FOUND - MOST_OF_A_SOURCE} more; type on"),
    ],
)
def test_what_is_not_shown_is_counted(client_of: ClientOf, stage: Stage, number: int, said: str | None) -> None:
    for place in range(number):
        make_integration(organization=stage.home, name=f"Wilken {place}")
    client = client_of(VIEWER)
    for headers in ({}, {"HX-Request": "true"}):
        text = client.get("/app/palette", {"q": "wilken"}, headers=headers).text
        assert said in text if said else "type on" not in text


def test_every_source_has_a_heading() -> None:
    assert set(settings.SEARCH_SOURCES.values()) == set(LABELS)


def test_without_scripts_it_is_a_page(client_of: ClientOf) -> None:
    answer: Any = client_of(VIEWER).get("/app/palette", {"q": "nothing-of-the-kind"})
    assert "<html" in answer.text
    assert "Nothing has “nothing-of-the-kind” as its name, key or id." in answer.text


def test_a_correlation_id_that_fits_into_no_address_is_no_match(client_of: ClientOf, erp: Erp) -> None:  # noqa: F811
    erp.sync(customer(PARTNER), correlation_id=f"{ORDER}/")
    assert "traces" not in found(client_of(VIEWER), f"{ORDER}/")
