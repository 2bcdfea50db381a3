"""Both doors of poll and acknowledgement give the same answer: status, headers and bytes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import OperationalError
from django.test import override_settings

from hub.accounts.models import Organization
from hub.accounts.tokens import authenticate
from hub.ids import new_id, to_text
from outbound.api.message_short_path import MessagePath
from outbound.queue import polling
from outbound.queue.acknowledging import TOKEN_PREFIX
from tests.builders import make_integration, make_organization, make_token
from tests.door import Door
from tests.outbound.queue.conftest import Queue, public

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_connection_stays_open")]

Answer = tuple[str, dict[str, str], bytes]


class Doors:
    """The long way and the short one of a queue; the token is remembered, as it is after its first request."""

    def __init__(self, queue: Queue, integration_id: object = None) -> None:
        self.queue = queue
        token = make_token(organization=queue.organization)
        self.credential = {"HTTP_AUTHORIZATION": f"Bearer {token.text}"}
        authenticate(self.credential["HTTP_AUTHORIZATION"], None, queue.at)
        self.path = f"/v1/integrations/{integration_id or queue.integration.pk}/outbound/messages"
        self.application = WSGIHandler()
        self.short = MessagePath(self.application)

    def long_way(self, operation: str, body: Any, **environ: Any) -> Answer:
        """What the full application answers."""
        return self._post(self.application, operation, body, environ)

    def short_way(self, operation: str, body: Any, **environ: Any) -> Answer:
        """What the short path answers."""
        return self._post(self.short, operation, body, environ)

    def both(self, operation: str, body: Any, **environ: Any) -> tuple[Answer, Answer]:
        """The same request to both, a lease's time apart."""
        first = self.long_way(operation, body, **environ)
        self.queue.lapse()
        return first, self.short_way(operation, body, **environ)

    def only_short(self) -> None:
        """From now on the long way fails."""
        self.short.application = _refuse

    def _post(self, application: Any, operation: str, body: Any, environ: dict[str, Any]) -> Answer:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent = {name: value for name, value in (self.credential | environ).items() if value is not None}
        return Door(application, f"{self.path}/{operation}").post(content, **sent)


def _refuse(*_: object) -> Any:
    raise AssertionError("the long way was taken")


@pytest.fixture
def doors(queue: Queue) -> Doors:
    """Those of an ERP that may do everything."""
    return Doors(queue)


BODIES = {
    "all": {},
    "two": {"limit": 2},
    "too many": {"limit": 101},
    "no number": {"limit": "2"},
    "unknown member": {"limit": 2, "wait": True},
    "no object": [],
    "no JSON": b"{",
    "named twice": b'{"limit":1,"limit":2}',
}


@pytest.mark.parametrize("case", BODIES)
def test_both_doors_answer_a_poll_alike(queue: Queue, doors: Doors, case: str) -> None:
    queue.put("a", "b", "c")
    long_way, short_way = doors.both("poll", BODIES[case])
    assert short_way == long_way


def test_both_doors_confirm_alike(queue: Queue, doors: Doors) -> None:
    queue.put("a", "b")
    doors.only_short()
    answers = []
    for ask in (doors.long_way, doors.short_way):
        lease = queue.poll(1)
        [message] = lease.messages
        answers.append(
            ask("ack", {"acks": [{"id": public(message.id), "lease_token": to_text(TOKEN_PREFIX, lease.token)}]})
        )
    assert answers[0] == answers[1]
    assert b'"accepted"' in answers[1][2]
    assert not queue.rows()


@pytest.mark.parametrize(
    "body", [{}, {"acks": []}, {"acks": [{"id": "x"}]}, {"acks": [{"id": "x", "lease_token": "y"}]}]
)
def test_both_doors_refuse_acknowledgements_alike(queue: Queue, doors: Doors, body: Any) -> None:
    queue.put("a")
    long_way, short_way = doors.both("ack", body)
    assert short_way == long_way


@pytest.mark.parametrize(
    "environ",
    [
        {"HTTP_AUTHORIZATION": "Bearer nonsense"},
        {"HTTP_AUTHORIZATION": None},
        {"HTTP_HOST": "evil.example"},
        {"HTTP_X_CORRELATION_ID": "order-4711"},
        {"HTTP_ACCEPT": "application/xml"},
    ],
)
def test_both_doors_take_headers_alike(queue: Queue, doors: Doors, environ: dict[str, str]) -> None:
    queue.put("a")
    long_way, short_way = doors.both("poll", {}, **environ)
    assert short_way == long_way


def test_a_plain_poll_takes_the_short_way(queue: Queue, doors: Doors) -> None:
    queue.put("a")
    doors.only_short()
    assert doors.short_way("poll", {})[0] == "200 OK"


def test_a_change_of_the_configuration_sends_a_poll_the_long_way(queue: Queue, doors: Doors) -> None:
    queue.put("a")
    queue.poll()
    queue.lapse()
    Organization.objects.filter(pk=queue.organization.pk).update(config_version=queue.organization.config_version + 1)
    assert doors.short_way("poll", {})[0] == "200 OK"
    doors.only_short()
    assert doors.short_way("poll", {})[0] == "200 OK"  # remembered anew


def test_an_integration_of_somebody_else_is_not_there(queue: Queue) -> None:
    foreign = make_integration(organization=make_organization())
    long_way, short_way = Doors(queue, foreign.pk).both("poll", {})
    assert short_way == long_way
    assert short_way[0].startswith("404")


def test_an_unknown_integration_is_not_there(queue: Queue) -> None:
    assert Doors(queue, new_id()).short_way("poll", {})[0].startswith("404")


@override_settings(HUB_RATE_LIMIT_PER_MINUTE=3)
def test_both_doors_share_one_limit(queue: Queue, doors: Doors) -> None:
    answers = [(doors.long_way, doors.short_way)[number % 2]("poll", {}) for number in range(5)]
    assert [answer[0].split()[0] for answer in answers] == ["200", "200", "200", "429", "429"]


def test_a_database_that_goes_away_is_said_once(queue: Queue, doors: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(polling, "keep_stream", fail)
    queue.put("a")
    doors.only_short()
    status, headers, body = doors.short_way("poll", {})
    assert (status.split()[0], headers["Retry-After"], json.loads(body)["code"]) == ("503", "5", "DATABASE_UNAVAILABLE")
