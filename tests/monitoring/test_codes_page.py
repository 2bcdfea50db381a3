"""The page of all codes, and the links that lead to it."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from hub.ids import to_text
from monitoring.codes import ALIASES, CODES, WARNINGS, Level, get_code
from monitoring.codes.addresses import address_of
from monitoring.codes.page import groups_of
from monitoring.models import Issue
from monitoring.templatetags.codes import code_link
from outbound.models import DELIVERY_PREFIX, DeliveryState
from tests.cast import NOBODY, VIEWER, Stage
from tests.inbound.conftest import Erp, _end_children, _nothing_cached, customer, erp  # noqa: F401 -- fixtures
from tests.monitoring.issues.conftest import failing, use_case  # noqa: F401 -- fixtures
from tests.outbound.builders import make_delivery

ClientOf = Callable[[Any], Client]
PATH = "/app/codes"

pytestmark = pytest.mark.django_db


def text_of(client: Client, path: str = PATH) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_every_code_has_one_place_on_the_page(client_of: ClientOf) -> None:
    ids = re.findall(r'<article[^>]* id="([^"]+)"', text_of(client_of(VIEWER)))
    assert sorted(ids) == sorted([*CODES, "HTTP_STATUS"])


def test_every_code_is_told_with_sentence_and_advice(client_of: ClientOf) -> None:
    text = html.unescape(text_of(client_of(VIEWER)))
    told = [*CODES.values(), *WARNINGS.values()]
    assert [code.name for code in told if code.sentence not in text or code.advice not in text] == []


def test_a_code_stands_among_those_of_its_category() -> None:
    groups = groups_of(list(CODES.values()))
    assert {entry.code.name for group in groups for entry in group.entries} == CODES.keys()
    assert all(len({entry.code.category for entry in group.entries}) == 1 for group in groups)


def test_a_code_that_is_tried_again_says_how_often(client_of: ClientOf) -> None:
    entry = re.search(r'id="METER_NOT_FOUND".*?</article>', text_of(client_of(VIEWER)), re.DOTALL)
    assert entry is not None
    assert "An event is tried up to 3 times" in entry[0]


def test_the_page_of_codes_asks_for_a_sign_in(client_of: ClientOf) -> None:
    assert client_of(NOBODY).get(PATH).status_code == 302


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("TIMEOUT", f"{PATH}#TIMEOUT"),
        (next(iter(ALIASES)), f"{PATH}#{ALIASES[next(iter(ALIASES))]}"),
        ("HTTP_503", f"{PATH}#HTTP_STATUS"),
        ("NEVER_HEARD_OF", ""),
        ("", ""),
    ],
)
def test_a_name_leads_to_the_entry_that_explains_it(name: str, address: str) -> None:
    assert address_of(name) == address


@pytest.mark.parametrize("name", WARNINGS)
def test_both_meanings_of_a_code_stand_in_one_place(name: str) -> None:
    assert get_code(name, Level.WARNING).anchor == get_code(name).anchor == name


def failed(erp: Erp) -> str:  # noqa: F811
    """The id of an event that no use case takes."""
    return erp.sync(customer("C-1"), use_case_slug="nobody", correlation_id="order").event_id


def test_the_page_of_an_event_leads_to_its_code(client_of: ClientOf, erp: Erp) -> None:  # noqa: F811
    assert f'href="{PATH}#EVENT_NOT_CONFIGURED"' in text_of(client_of(VIEWER), f"/app/events/{failed(erp)}")


def test_a_finding_in_a_trace_leads_to_its_code(client_of: ClientOf, erp: Erp) -> None:  # noqa: F811
    failed(erp)
    assert f'href="{PATH}#EVENT_NOT_CONFIGURED"' in text_of(client_of(VIEWER), "/app/traces/order")


def test_the_page_of_an_issue_leads_to_its_code(client_of: ClientOf, failing: Callable[..., object]) -> None:  # noqa: F811
    failing(code="TIMEOUT", detail=None)
    assert f'href="{PATH}#TIMEOUT"' in text_of(client_of(VIEWER), f"/app/issues/{Issue.objects.get().pk}")


def test_the_page_of_a_delivery_leads_to_its_code(client_of: ClientOf, stage: Stage) -> None:
    delivery = make_delivery(organization=stage.home, state=DeliveryState.FAILED, code="URL_REFUSED")
    path = f"/app/deliveries/{to_text(DELIVERY_PREFIX, delivery.id)}"
    assert f'href="{PATH}#URL_REFUSED"' in text_of(client_of(VIEWER), path)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("TIMEOUT", '<a class="ih-code-name" href="/app/codes#TIMEOUT">TIMEOUT</a>'),
        ("<b>OWN</b>", '<span class="ih-code-name">&lt;b&gt;OWN&lt;/b&gt;</span>'),
    ],
)
def test_only_a_code_that_the_catalogue_knows_is_a_link(code: str, text: str) -> None:
    assert code_link(code) == text
