"""place_of: every alert leads to what it is about, in its messages, on the page of alerts and in the history."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from django.test import Client

from hub.accounts.models import Organization
from monitoring.alerts.judging import Verdict, Watch
from monitoring.alerts.kinds import parse
from monitoring.alerts.places import place_of
from monitoring.alerts.telling.running import work
from monitoring.models import AlertNotice, AlertState
from tests.builders import NOW, make_integration, make_use_case
from tests.cast import VIEWER
from tests.monitoring.alerts.builders import ended, look, make_channel, make_rule
from tests.receiver import Receiver, listening

ONE, CASE = UUID(int=1), UUID(int=2)
COUNT = {"number": 3, "window_minutes": 15}
RATE = {"percent": 50, "least_events": 4, "window_minutes": 15}


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    """Somebody who takes messages."""
    settings.HUB_EGRESS_ALLOW = ["127.0.0.1"]
    with listening() as started:
        yield started


def place(kind: str, parameters: dict[str, Any], subject: str = "", **given: Any) -> str:
    """Of a rule that found something in the integration."""
    watch = Watch(parse(kind, parameters), None, given.get("use_case_id"), NOW)
    verdict = Verdict(subject, "", given.get("integration_id", ONE), True, given.get("value"), "")
    return place_of(watch, verdict, given.get("outgoing", ()), NOW)


@pytest.mark.parametrize(
    ("kind", "parameters", "subject", "page", "status"),
    [
        ("error_rate", RATE, "", "/app/events", ["error"]),
        ("count", COUNT, "", "/app/events", ["error"]),
        ("count", COUNT | {"level": "warning"}, "", "/app/events", ["warning"]),
        ("count", COUNT | {"code": "ACK_TIMEOUT"}, "", "/app/deliveries", ["unacknowledged"]),
        ("count", COUNT | {"code": "MSG_EXPIRED_UNPOLLED"}, "", f"/app/queue/{ONE}", None),
        ("silence", {"signal": "event", "minutes": 30}, "", "/app/events", None),
        ("silence", {"signal": "acknowledgement", "minutes": 30}, "", "/app/deliveries", None),
        ("silence", {"signal": "poll", "minutes": 30}, "", f"/app/queue/{ONE}", None),
        ("queue_age", {"minutes": 30}, f"inbound:{ONE}", "/app/events", ["received", "retrying"]),
        ("queue_age", {"minutes": 30}, f"stream:{ONE}", f"/app/queue/{ONE}", None),
        ("circuit_open", {}, "receiver:wh_1", "/app/deliveries", ["held", "failed"]),
        ("expiring", {"days": 7}, "variable:1", "/app/environments", None),
        ("expiring", {"days": 7}, "token:1", "/app/tokens", None),
        ("expiring", {"days": 7}, "certificate:1", "/app/settings", None),
        ("expiring", {"days": 7}, "what nobody knows", "/app/overview", None),
    ],
)
def test_every_kind_has_a_page_that_shows_what_it_is_about(
    kind: str, parameters: dict[str, Any], subject: str, page: str, status: list[str] | None
) -> None:
    found = urlsplit(place(kind, parameters, subject))
    assert found.path == page
    if status:
        assert parse_qs(found.query)["status"] == status


def test_a_list_is_narrowed_to_the_scope_and_the_window() -> None:
    asked = parse_qs(urlsplit(place("count", COUNT | {"code": "TIMEOUT"}, use_case_id=CASE)).query)
    assert asked == {
        **{"integration": [str(ONE)], "use_case": [str(CASE)], "code": ["TIMEOUT"]},
        **{"from": ["2026-01-15T07:45:00.000Z"], "to": ["2026-01-15T08:00:00.000Z"]},
    }


def test_an_address_that_would_be_too_long_to_keep_does_without_its_filters() -> None:
    long = place("count", COUNT | {"code": "\N{FIRE}" * 64})
    assert (len(long) < 500, "code" in long, "from=" in long) == (True, False, True)


def test_what_waits_longer_than_the_limit_is_in_the_window() -> None:
    asked = parse_qs(urlsplit(place("queue_age", {"minutes": 30}, f"inbound:{ONE}", value=600)).query)
    assert asked["from"] == ["2026-01-14T21:00:00.000Z"]


def test_failures_of_what_sends_are_deliveries() -> None:
    found = place("error_rate", RATE, use_case_id=CASE, outgoing={CASE})
    assert (urlsplit(found).path, parse_qs(urlsplit(found).query)["status"]) == ("/app/deliveries", ["failed"])


@pytest.mark.django_db
def test_an_integration_that_only_sends_is_known_as_such(organization: Organization) -> None:
    integration = make_integration(organization=organization)
    make_use_case(integration=integration, type="outbound")
    make_rule(organization)
    ended(integration, NOW, bad=4)
    look(organization)
    assert AlertState.objects.get().place.startswith("/app/deliveries?")


@pytest.mark.django_db
def test_the_page_and_the_history_show_what_was_found_and_lead_there(
    client_of: Callable[..., Client], organization: Organization
) -> None:
    make_rule(organization)
    ended(make_integration(organization=organization), NOW, bad=4)
    look(organization)
    viewer, led_to = client_of(VIEWER), AlertNotice.objects.get().place
    [row] = viewer.get("/app/alerts").context["rows"]
    [(state, _)] = row["states"]
    assert state.found == "100.0 % of 4 events failed in 15 min (limit 50 %)"
    for page in ("/app/alerts", "/app/alerts/history"):
        assert f'href="{led_to.replace("&", "&amp;")}"' in viewer.get(page).text
    assert viewer.get(led_to).status_code == 200


@pytest.mark.django_db
def test_every_channel_is_told_where_to_look(
    organization: Organization, receiver: Receiver, settings: Any, mailoutbox: list[Any]
) -> None:
    settings.HUB_SENDS_MAIL, settings.HUB_BASE_URL = True, "https://hub.test/"
    kinds = ("webhook", "slack", "teams")
    channels = [make_channel(organization, name=kind, kind=kind, address=f"{receiver.url}/{kind}") for kind in kinds]
    make_rule(organization, make_channel(organization), *channels)
    ended(make_integration(organization=organization), NOW, bad=4)
    look(organization)
    url = "https://hub.test" + AlertNotice.objects.all()[0].place
    work()
    sent = {request.path.strip("/"): request.json for request in receiver.requests}
    assert f"\n  {url}\n" in mailoutbox[0].body
    assert sent["webhook"]["notices"][0]["url"] == url
    assert f"<{url.replace('&', '&amp;')}|Show it>" in sent["slack"]["text"]
    assert f"[Show it]({url})" in sent["teams"]["attachments"][0]["content"]["body"][1]["text"]
