"""The storage page: figures for whoever may see them, ages for admins, tables for operators of the server."""

from __future__ import annotations

import html
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client

from hub.accounts.models import AuditEntry, Organization
from hub.ids import first_id_at
from hub.retention.ages import ages_of
from hub.retention.kinds import entries, rooms
from hub.retention.models import StoredBytes
from hub.web.templatetags.ui import absolute_time
from monitoring.models import AccessLog
from monitoring.storage import preview
from monitoring.storage.tables import read_tables
from tests.builders import NOW, make_integration, make_use_case
from tests.cast import ADMIN, NEIGHBOUR_OWNER, NOBODY, OPERATOR, OWNER, VIEWER, Stage
from tests.outbound.builders import make_delivery

ClientOf = Callable[[Any], Client]
PATH = "/app/storage"

pytestmark = pytest.mark.django_db


def text_of(client: Client) -> str:
    return str(client.get(PATH).content.decode())


def stored(organization: Organization, use_case_id: UUID, amount: int, days: int = 0) -> None:
    StoredBytes.objects.create(
        organization_id=organization.pk,
        source="inbound_payloads",
        use_case_id=use_case_id,
        day=NOW.date() - timedelta(days=days),
        rows=1,
        bytes=amount,
    )


def answers(organization: Organization, **changed: Any) -> dict[str, Any]:
    return {**ages_of(organization), **changed}


def test_without_payloads_the_page_says_what_will_stand_there(client_of: ClientOf) -> None:
    assert "No payloads counted yet" in text_of(client_of(VIEWER))


def test_use_cases_stand_with_what_they_take_the_largest_first(client_of: ClientOf, organization: Organization) -> None:
    integration = make_integration(organization=organization)
    for slug, amount in (("small", 1000), ("large", 2_500_000)):
        stored(organization, make_use_case(integration=integration, slug=slug).pk, amount)
    page = text_of(client_of(VIEWER))
    assert page.index(">large<") < page.index(">small<")
    assert "2.5\u202fMB" in page


def test_on_the_first_day_nothing_is_foretold(client_of: ClientOf, organization: Organization) -> None:
    stored(organization, UUID(int=0), 139_800)
    page = text_of(client_of(VIEWER))
    assert page.count("no whole day has passed yet") == 2
    assert "0\u202fB" not in page
    assert "0 B" not in page


def test_a_guess_from_few_days_is_called_one(client_of: ClientOf, organization: Organization) -> None:
    for days in (0, 1, 2):
        stored(organization, UUID(int=0), 7000, days)
    page = text_of(client_of(VIEWER))
    assert "average of the only 2 whole days so far" in page
    assert "a first guess from 2 whole days; it takes a week to tell" in page


def test_after_a_week_it_is_none(client_of: ClientOf, organization: Organization) -> None:
    for days in range(8):
        stored(organization, UUID(int=0), 7000, days)
    assert "a first guess" not in text_of(client_of(VIEWER))


def test_a_neighbour_sees_nothing_of_it(client_of: ClientOf, organization: Organization) -> None:
    stored(organization, UUID(int=0), 2_500_000)
    assert "2.5\u202fMB" not in text_of(client_of(NEIGHBOUR_OWNER))


def test_who_is_not_signed_in_is_sent_to_the_door(client_of: ClientOf) -> None:
    assert client_of(NOBODY).get(PATH).status_code == 302


def test_a_viewer_reads_the_ages_and_gets_no_form(client_of: ClientOf) -> None:
    page = text_of(client_of(VIEWER))
    assert "Payloads of events that went well" in page
    assert "Save ages" not in page


@pytest.mark.parametrize("person", [OWNER, ADMIN])
def test_admins_and_owners_choose_ages(client_of: ClientOf, organization: Organization, person: Any) -> None:
    answer = client_of(person).post(PATH, answers(organization, access_logs=60))
    assert (answer.status_code, answer["Location"]) == (302, PATH)
    assert ages_of(organization)["access_logs"] == 60


@pytest.mark.parametrize("person", [VIEWER, OPERATOR])
def test_others_do_not(client_of: ClientOf, organization: Organization, person: Any) -> None:
    assert client_of(person).post(PATH, answers(organization, access_logs=60)).status_code == 403
    assert ages_of(organization)["access_logs"] == 30


def test_the_audit_trail_says_who_chose(client_of: ClientOf, organization: Organization) -> None:
    client_of(ADMIN).post(PATH, answers(organization, access_logs=60))
    entry = AuditEntry.objects.get(action="retention.change")
    assert (entry.actor_type, entry.changes) == ("user", {"access_logs": [30, 60]})


def test_the_page_says_who_has_changed_an_age_last_and_when(client_of: ClientOf, organization: Organization) -> None:
    admin = client_of(ADMIN)
    assert "Last changed by" not in text_of(admin)
    admin.post(PATH, answers(organization, access_logs=60))
    name = str(get_user_model().objects.get(pk=AuditEntry.objects.get(action="retention.change").actor_id))
    assert f"Last changed by {name} on {absolute_time(NOW)}." in html.unescape(text_of(client_of(VIEWER)))


def test_a_choice_that_changes_nothing_is_nobodys(client_of: ClientOf, organization: Organization) -> None:
    client_of(ADMIN).post(PATH, answers(organization))
    assert "Last changed by" not in text_of(client_of(VIEWER))


def test_a_shorter_age_has_to_be_confirmed(client_of: ClientOf, organization: Organization) -> None:
    admin = client_of(ADMIN)
    refused = admin.post(PATH, answers(organization, access_logs=5))
    assert refused.status_code == 422
    assert "confirm that what is older is deleted" in refused.content.decode()
    assert admin.post(PATH, answers(organization, access_logs=5, confirmed="on")).status_code == 302
    assert ages_of(organization)["access_logs"] == 5


def test_what_a_shorter_age_would_delete_is_told_before_it_is_confirmed(
    client_of: ClientOf, organization: Organization
) -> None:
    for days in (3, 10, 20, 50):
        request_at(organization, NOW - timedelta(days=days))
    refused = client_of(ADMIN).post(PATH, answers(organization, access_logs=5)).content.decode()
    assert "Requests to the API, 5 instead of 30 days: up to 2 rows" in refused
    assert AccessLog.objects.filter(organization_id=organization.pk, path="/").count() == 4


def test_rows_of_a_neighbour_are_not_counted(client_of: ClientOf, stage: Stage) -> None:
    request_at(stage.next_door, NOW - timedelta(days=10))
    refused = client_of(ADMIN).post(PATH, answers(stage.home, access_logs=5)).content.decode()
    assert "Requests to the API, 5 instead of 30 days: nothing today" in refused


def test_bodies_that_arrived_and_that_failed_are_counted_apart(client_of: ClientOf, organization: Organization) -> None:
    integration = make_integration(organization=organization)
    for days, state in ((18, "succeeded"), (19, "skipped"), (20, "failed")):
        made = first_id_at(NOW - timedelta(days=days))
        make_delivery(organization=organization, integration_id=integration.pk, id=made, body=b"", state=state)
    ages = {"delivery_bodies": 10, "delivery_bodies_failed": 10}
    refused = client_of(ADMIN).post(PATH, answers(organization, **ages)).content.decode()
    assert "Bodies of deliveries that arrived, 10 instead of 30 days: up to 2 rows" in refused
    assert "Bodies of deliveries that failed, 10 instead of 30 days: up to one row" in refused


def test_what_are_too_many_to_look_at_is_told_as_more(
    client_of: ClientOf, organization: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preview, "MOST_EXAMINED", 2)
    for days in (10, 20, 25):
        request_at(organization, NOW - timedelta(days=days))
    refused = client_of(ADMIN).post(PATH, answers(organization, access_logs=5)).content.decode()
    assert "more than 2 rows, too many to count now" in refused


def request_at(organization: Organization, at: datetime) -> None:
    AccessLog.objects.create(
        id=first_id_at(at),
        organization_id=organization.pk,
        at=at,
        request_id="r",
        method="GET",
        path="/",
        status=200,
        latency_ms=1,
    )


def test_what_the_database_does_not_tell_is_not_known_and_the_page_stands(
    client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(sql: str, parameters: object = ()) -> list[tuple[str, int]]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT no_such_function()")
        raise AssertionError("it exists")

    get_user_model().objects.update(is_superuser=True)
    owner = client_of(OWNER)
    get_user_model().objects.update(is_superuser=True)
    monkeypatch.setattr("monitoring.storage.tables.database.rows", refuse)
    page = text_of(owner)
    assert "tables-title" in page
    assert "not those of its tables" in page


def test_tables_are_folded_under_the_sums_of_their_part(client_of: ClientOf, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = {model._meta.db_table: 1_000_000 for entry in entries() for model in entry.models}
    monkeypatch.setattr("monitoring.storage.tables._sizes", lambda: sizes)
    monkeypatch.setattr("monitoring.storage.tables._estimates", lambda: dict.fromkeys(sizes, 1000))
    parts = {str(part.label): (part.bytes, part.rows, len(part.groups)) for part in read_tables(NOW).parts}
    assert parts["Jobs"] == (2_000_000, 2000, 1)
    assert list(parts) == [str(room.label) for room in rooms()]
    owner = client_of(OWNER)
    get_user_model().objects.update(is_superuser=True)
    assert text_of(owner).count('<details class="ih-rooms">') == len(parts)


def test_operators_see_every_table_and_everybody_how_long_each_is_kept(client_of: ClientOf) -> None:
    owner = client_of(OWNER)
    get_user_model().objects.update(is_superuser=True)
    page = html.unescape(text_of(owner))
    assert [str(entry.label) for entry in entries() if str(entry.label) not in page] == []


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"access_logs": "401"}, "less than or equal to 400"),
        ({"access_logs": "soon"}, "Enter a whole number"),
        ({"access_logs": ""}, "This field is required"),
        ({"inbound_payloads": "120"}, "at most 90 days, as long as “Inbound events”"),
    ],
)
def test_an_age_that_cannot_be_is_refused_at_its_field(
    client_of: ClientOf, organization: Organization, changed: dict[str, str], sentence: str
) -> None:
    answer = client_of(ADMIN).post(PATH, answers(organization, **changed))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_only_operators_of_the_server_see_tables(client_of: ClientOf) -> None:
    owner = client_of(OWNER)
    assert "tables-title" not in text_of(owner)
    get_user_model().objects.update(is_superuser=True)
    assert "tables-title" in text_of(owner)
