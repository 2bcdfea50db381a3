"""An ERP acknowledges without a token, where its organization allows that; nobody else learns anything by trying."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from hub.accounts.audit import OPERATOR
from hub.accounts.models import Organization
from hub.accounts.tokenless_acknowledgement import SETTING, allow
from hub.api.throttling import FAILED_AUTHENTICATIONS_PER_MINUTE
from monitoring.access_logs import rows
from monitoring.models import AccessLog, MonitoringEvent
from outbound.models import Acknowledgement
from tests.builders import NOW, make_integration, make_token
from tests.cast import MACHINE, NEIGHBOUR, NOBODY, UNGRANTED, Stage
from tests.conftest import FixedClock
from tests.outbound.builders import make_acknowledgement

ClientOf = Callable[[Any], Client]
PATH = "/v1/erp/tracking/acknowledgement"
VARYING = {"X-Request-ID", "RateLimit-Remaining"}


def expect(organization: Organization) -> Acknowledgement:
    """An event of the organization that waits for its ERP."""
    integration = make_integration(organization=organization)
    return make_acknowledgement(organization=organization, integration_id=integration.pk)


@pytest.fixture
def waiting(organization: Organization) -> Acknowledgement:
    """One of the home organization."""
    return expect(organization)


@pytest.fixture
def allowed(organization: Organization) -> None:
    """The home organization allows it."""
    allow(organization=organization, allowed=True, actor=OPERATOR, at=NOW)


@pytest.fixture
def nobody(client_of: ClientOf) -> Client:
    """Whoever shows nothing."""
    return client_of(NOBODY)


def acknowledge(client: Client, ack_id: object, **more: Any) -> Any:
    return client.post(PATH, {"ack_id": str(ack_id)} | more, content_type="application/json")


def is_open(waiting: Acknowledgement) -> bool:
    waiting.refresh_from_db()
    return waiting.state == Acknowledgement.State.PENDING


def shown(answer: Any) -> tuple[int, dict[str, str], Any]:
    """All that an answer tells, without what differs from request to request."""
    headers = {name: value for name, value in answer.items() if name not in VARYING}
    return answer.status_code, headers, answer.json() | {"correlation_id": ""}


def test_an_organization_does_not_allow_it_unless_it_says_so(nobody: Client, waiting: Acknowledgement) -> None:
    answer = acknowledge(nobody, waiting.pk)
    assert (answer.status_code, answer.json()["code"], answer["WWW-Authenticate"]) == (401, "UNAUTHORIZED", "Bearer")
    assert is_open(waiting)


@pytest.mark.usefixtures("allowed")
def test_where_it_is_allowed_the_ack_id_is_enough(nobody: Client, waiting: Acknowledgement) -> None:
    answer = acknowledge(nobody, waiting.pk)
    assert (answer.status_code, answer.json()) == (200, {"message": "The event is acknowledged."})
    assert not is_open(waiting)


@pytest.mark.usefixtures("allowed")
def test_whoever_repeats_it_is_told_so(nobody: Client, waiting: Acknowledgement) -> None:
    acknowledge(nobody, waiting.pk)
    answer = acknowledge(nobody, waiting.pk)
    assert (answer.status_code, answer.json()["code"]) == (404, "ALREADY_ACKNOWLEDGED")


@pytest.mark.usefixtures("allowed")
def test_the_erp_may_say_that_it_failed(nobody: Client, waiting: Acknowledgement) -> None:
    acknowledge(nobody, waiting.pk, status="failed", message="No such customer")
    waiting.refresh_from_db()
    assert (waiting.state, waiting.message) == (Acknowledgement.State.FAILED, "No such customer")


@pytest.mark.usefixtures("allowed")
def test_the_span_says_that_nobody_showed_a_token(
    nobody: Client, client_of: ClientOf, waiting: Acknowledgement, organization: Organization
) -> None:
    other = expect(organization)
    acknowledge(nobody, waiting.pk)
    acknowledge(client_of(MACHINE), other.pk)
    told = [(span.detail["ack_id"], span.detail.get("caller")) for span in MonitoringEvent.objects.order_by("id")]
    assert told == [(str(waiting.pk), "without token"), (str(other.pk), None)]


@pytest.mark.usefixtures("allowed")
def test_the_access_log_names_the_organization(
    nobody: Client, waiting: Acknowledgement, organization: Organization
) -> None:
    rows.clear()
    acknowledge(nobody, waiting.pk)
    acknowledge(nobody, uuid4())
    rows.flush()
    logged = AccessLog.objects.order_by("id").values_list("organization_id", "token_id", "status")
    assert list(logged) == [(organization.pk, "", 200), (None, "", 401)]


def test_ids_that_are_unknown_closed_foreign_or_nonsense_are_answered_alike(nobody: Client, stage: Stage) -> None:
    allow(organization=stage.next_door, allowed=True, actor=OPERATOR, at=NOW)
    closed = expect(stage.home)
    bodies = [
        f'{{"ack_id":"{closed.pk}"}}',
        f'{{"ack_id":"{uuid4()}"}}',
        '{"ack_id":"x"}',
        '{"ack_id":7}',
        "{}",
        "[]",
        "{",
    ]
    answers = [nobody.post(PATH, body, content_type="application/json") for body in bodies]
    answers.append(nobody.post(PATH, "a=b", content_type="text/plain"))
    assert [shown(answer) for answer in answers] == [shown(answers[0])] * 8
    assert answers[0].status_code == 401


@pytest.mark.usefixtures("allowed")
@pytest.mark.parametrize("headers", [{"authorization": "Bearer nonsense"}, {"x-api-key": "hub_x_y"}])
def test_a_wrong_token_is_refused_even_so(headers: dict[str, str], waiting: Acknowledgement) -> None:
    assert acknowledge(Client(headers=headers), waiting.pk).status_code == 401
    assert is_open(waiting)


@pytest.mark.usefixtures("allowed")
def test_a_token_without_the_grant_is_refused_even_so(client_of: ClientOf, waiting: Acknowledgement) -> None:
    assert acknowledge(client_of(UNGRANTED), waiting.pk).status_code == 403
    assert is_open(waiting)


@pytest.mark.usefixtures("allowed")
def test_a_token_bound_to_another_integration_is_refused_even_so(
    client_of: ClientOf, waiting: Acknowledgement, organization: Organization
) -> None:
    bound = make_token(organization=organization, integration_ids=[uuid4()])
    assert acknowledge(client_of(bound), waiting.pk).status_code == 403


@pytest.mark.usefixtures("allowed")
def test_the_token_of_another_organization_does_not_know_the_id(client_of: ClientOf, waiting: Acknowledgement) -> None:
    assert acknowledge(client_of(NEIGHBOUR), waiting.pk).status_code == 404
    assert is_open(waiting)


@pytest.mark.usefixtures("allowed")
def test_it_is_refused_again_from_the_moment_the_organization_says_so(
    nobody: Client, waiting: Acknowledgement, organization: Organization
) -> None:
    allow(organization=organization, allowed=False, actor=OPERATOR, at=NOW)
    assert acknowledge(nobody, waiting.pk).status_code == 401


@pytest.mark.parametrize("setting", [None, False, "true", 1, "yes", [True], {"a": True}])
def test_only_true_allows_it(
    nobody: Client, waiting: Acknowledgement, organization: Organization, setting: object
) -> None:
    Organization.objects.filter(pk=organization.pk).update(settings={SETTING: setting})
    assert acknowledge(nobody, waiting.pk).status_code == 401


@pytest.mark.usefixtures("allowed")
def test_guessing_is_slowed_down_by_client_address(nobody: Client, waiting: Acknowledgement, clock: FixedClock) -> None:
    statuses = [acknowledge(nobody, uuid4()).status_code for _ in range(FAILED_AUTHENTICATIONS_PER_MINUTE + 1)]
    assert statuses == [401] * FAILED_AUTHENTICATIONS_PER_MINUTE + [429]
    spent = acknowledge(nobody, uuid4())
    assert (spent["Retry-After"], spent.json()["code"]) == ("60", "RATE_LIMITED")
    clock.move(minutes=1)
    assert acknowledge(nobody, uuid4()).status_code == 401


@pytest.mark.usefixtures("allowed")
def test_whoever_guesses_from_an_address_does_not_lock_out_the_erp_behind_it(
    nobody: Client, client_of: ClientOf, waiting: Acknowledgement, organization: Organization
) -> None:
    other = expect(organization)
    for _ in range(FAILED_AUTHENTICATIONS_PER_MINUTE + 1):
        acknowledge(nobody, uuid4())
    assert [
        acknowledge(client, one.pk).status_code for client, one in ((nobody, waiting), (client_of(MACHINE), other))
    ] == [
        200,
        200,
    ]


@pytest.mark.usefixtures("allowed")
def test_an_address_has_an_allowance_like_an_organization(
    nobody: Client, waiting: Acknowledgement, settings: Any
) -> None:
    settings.HUB_RATE_LIMIT_PER_MINUTE = 1
    first, second = acknowledge(nobody, waiting.pk), acknowledge(nobody, waiting.pk)
    assert (first["RateLimit-Limit"], first["RateLimit-Remaining"]) == ("1", "0")
    assert (second.status_code, second["Retry-After"]) == (429, "60")


def test_the_search_is_one_query_whatever_the_id(
    nobody: Client, waiting: Acknowledgement, count_queries: Callable[[], Any]
) -> None:
    def cost(ack_id: object) -> int:
        with count_queries() as counted:
            acknowledge(nobody, ack_id)
        return len([query for query in counted.captured_queries if "accounts_organization" in query["sql"]])

    assert [cost(waiting.pk), cost(uuid4())] == [1, 1]


@pytest.mark.usefixtures("allowed")
def test_a_body_beyond_what_an_acknowledgement_needs_is_not_read(
    nobody: Client, client_of: ClientOf, waiting: Acknowledgement
) -> None:
    answers = [acknowledge(client, waiting.pk, message="x" * 140_000) for client in (nobody, client_of(MACHINE))]
    assert [answer.status_code for answer in answers] == [401, 413]
    assert is_open(waiting)
