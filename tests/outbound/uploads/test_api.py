"""Uploads as the API lists, shows and resends them: like the deliveries of a webhook."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from hub.ids import to_text
from outbound.models import DELIVERY_PREFIX, Delivery, DeliveryState
from outbound.uploads.receivers import receiver_id_of
from tests.builders import make_integration, make_organization, make_token, make_use_case
from tests.outbound.uploads.world import Uploads
from tests.receiver import Reply


@pytest.fixture
def api(uploads: Uploads) -> Client:
    """A machine of the world's organization."""
    return Client(headers={"authorization": f"Bearer {make_token(organization=uploads.organization).text}"})


class Sent:
    """An event with two files, each delivered for itself, and the addresses of its use case in the API."""

    def __init__(self, uploads: Uploads, **recipe: Any) -> None:
        self.uploads = uploads
        uploads.recipe(fan_out={"enabled": True}, **recipe)
        self.receiver = receiver_id_of(uploads.use_case().pk)
        uploads.event(uploads.file(b"one", "one.pdf"), uploads.file(b"two", "two.pdf"))
        uploads.world.work()

    @property
    def listed(self) -> str:
        return f"/v2/webhooks/configs/{self.receiver}/events"

    @property
    def events(self) -> str:
        return f"/v1/webhooks/configs/{self.receiver}/events"

    @property
    def ids(self) -> list[str]:
        rows = Delivery.objects.of(self.uploads.organization).order_by("sequence")
        return [to_text(DELIVERY_PREFIX, one) for one in rows.values_list("id", flat=True)]


def post(api: Client, path: str, body: Any = None, **headers: str) -> Any:
    return api.post(path, body or {}, content_type="application/json", headers=headers)


def test_the_uploads_of_a_use_case_are_listed_under_the_id_that_they_name(uploads: Uploads, api: Client) -> None:
    sent = Sent(uploads)
    rows = post(api, sent.listed).json()["data"]
    assert sorted(one["event_id"] for one in rows) == sorted(sent.ids)
    assert {one["webhook_config_id"] for one in rows} == {sent.receiver}
    shown = api.get(f"{sent.events}/{sent.ids[0]}").json()
    assert (shown["event_id"], shown["status"]) == (sent.ids[0], "succeeded")


@pytest.mark.parametrize(("status", "is_told"), [(201, False), (302, True)])
def test_an_attempt_that_a_redirect_ended_carries_a_note(
    uploads: Uploads, api: Client, status: int, is_told: bool
) -> None:
    uploads.answers["/files"] = Reply(status)
    sent = Sent(uploads)
    [attempt] = api.get(f"{sent.events}/{sent.ids[0]}").json()["attempts"]
    assert (attempt["status_code"], "note" in attempt) == (status, is_told)


def test_a_batch_of_uploads_goes_out_again(uploads: Uploads, api: Client) -> None:
    sent = Sent(uploads)
    answer = post(api, f"{sent.events}/replay-batch", {"eventIds": sent.ids})
    assert (answer.status_code, answer.json()["replayed_event_ids"]) == (202, sent.ids[:2])
    uploads.world.work()
    assert len(uploads.sent()) == 4


def test_the_id_of_a_use_case_that_is_not_outbound_is_unknown(uploads: Uploads, api: Client) -> None:
    recipe = uploads.recipe()
    answer = post(api, f"/v2/webhooks/configs/{receiver_id_of(recipe.pk)}/events")
    assert (answer.status_code, answer.json()["code"]) == (404, "WEBHOOK_NOT_FOUND")


def test_the_uploads_of_a_neighbour_are_unknown(api: Client) -> None:
    theirs = make_integration(organization=make_organization())
    use_case = make_use_case(integration=theirs, type="outbound", configuration={})
    assert post(api, f"/v2/webhooks/configs/{receiver_id_of(use_case.pk)}/events").status_code == 404


def test_an_upload_without_a_body_is_made_anew_where_nobody_says(uploads: Uploads, api: Client) -> None:
    sent = _without_recipe(uploads)
    assert post(api, f"{sent.events}/{sent.ids[0]}/replay").status_code == 204
    uploads.world.work()
    assert len(uploads.sent()) == 1


def test_a_key_lets_it_be_made_anew_once(uploads: Uploads, api: Client) -> None:
    sent = _without_recipe(uploads)
    path, key = f"{sent.events}/replay-batch", {"idempotency-key": "again-1"}
    answers = [post(api, path, {"eventIds": sent.ids[:1]}, **key) for _ in range(2)]
    assert [one.status_code for one in answers] == [202, 202]
    assert answers[0].content == answers[1].content
    uploads.world.work()
    assert len(uploads.sent()) == 1


def test_whoever_wants_it_as_it_was_learns_that_there_is_nothing_to_repeat(uploads: Uploads, api: Client) -> None:
    sent = _without_recipe(uploads)
    answer = post(api, f"{sent.events}/{sent.ids[0]}/replay", {"reapply_transform": False})
    assert (answer.status_code, answer.json()["code"]) == (422, "NO_ORIGINAL_SOURCE")


def _without_recipe(uploads: Uploads) -> Sent:
    """An event with a file that ended before a body was made; the recipe is there again."""
    sent = object.__new__(Sent)
    sent.uploads = uploads
    recipe = uploads.recipe(enabled=False)
    sent.receiver = receiver_id_of(uploads.use_case().pk)
    uploads.event(uploads.file(b"one", "one.pdf"))
    uploads.world.work()
    assert uploads.world.delivery().state == DeliveryState.FAILED
    recipe.enabled = True
    recipe.save()
    uploads.organization.bump_config_version()
    return sent
