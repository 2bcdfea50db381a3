"""What the query string of the list of held prunes may say."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from inbound.models import HeldPrune
from tests.inbound.conftest import Erp
from tests.inbound.prunes.builders import held, upsert

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(erp: Erp, client_of: Callable[..., Client]) -> Client:
    """A machine that may look."""
    return client_of(erp.token)


@pytest.fixture
def prunes(erp: Erp) -> list[HeldPrune]:
    """Three that wait."""
    return [held(erp, upsert(erp.organization, scope), scope=scope) for scope in "ABC"]


def path(erp: Erp, query: str) -> str:
    return f"/v1/integrations/{erp.integration.pk}/held-prunes{query}"


WRONG = [
    ("?limit=abc", "limit"), ("?limit=0", "limit"), ("?limit=-1", "limit"), ("?limit=101", "limit"),
    ("?limit=", "limit"), ("?state=nonsense", "state"), ("?state=", "state"), ("?status=nonsense", "status"),
    ("?status=", "status"), ("?status=waiting&state=approved", "state"),
]  # fmt: skip


@pytest.mark.parametrize(("query", "field"), WRONG)
def test_what_makes_no_sense_is_refused_by_its_name(erp: Erp, api: Client, query: str, field: str) -> None:
    answer = api.get(path(erp, query))
    assert answer.status_code == 400
    assert f'"{field}"' in answer.content.decode()


def test_limit_is_the_length_of_a_page(erp: Erp, api: Client, prunes: list[HeldPrune]) -> None:
    first = api.get(path(erp, "?limit=2")).json()
    second = api.get(path(erp, f"?limit=2&cursor={first['next_cursor']}")).json()
    shown = [one["id"] for page in (first, second) for one in page["data"]]
    assert shown == [str(prune.pk) for prune in reversed(prunes)]
    assert (first["has_more"], second["has_more"], second["next_cursor"]) == (True, False, None)


@pytest.mark.parametrize("name", ["state", "status"])
def test_the_list_is_narrowed_to_a_state(erp: Erp, api: Client, prunes: list[HeldPrune], name: str) -> None:
    HeldPrune.objects.filter(pk=prunes[0].pk).update(state="rejected")
    shown = api.get(path(erp, f"?{name}=rejected")).json()["data"]
    assert [one["id"] for one in shown] == [str(prunes[0].pk)]


@pytest.mark.parametrize("limit", ["0", "x", "101"])
def test_the_records_of_one_are_as_strict(erp: Erp, api: Client, prunes: list[HeldPrune], limit: str) -> None:
    answer = api.get(path(erp, f"/{prunes[0].pk}?limit={limit}"))
    assert (answer.status_code, '"limit"' in answer.content.decode()) == (400, True)


def test_the_records_of_one_come_in_pages(erp: Erp, api: Client) -> None:
    prune = held(erp, *(upsert(erp.organization, number) for number in "AB"))
    first = api.get(path(erp, f"/{prune.pk}?limit=1")).json()
    second = api.get(path(erp, f"/{prune.pk}?limit=1&cursor={first['next_cursor']}")).json()
    numbers = [one["identifiers"]["customer_number"] for page in (first, second) for one in page["records"]]
    assert (numbers, second["next_cursor"]) == (["A", "B"], None)
