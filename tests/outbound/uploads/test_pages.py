"""What people see of uploads: the page of a delivery, and that of a recipe."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from hub.accounts.models import Role
from hub.ids import to_text
from integrations.models import UseCase
from tests.builders import make_member, make_webhook
from tests.outbound.uploads.world import STEP, Uploads, attachment
from tests.receiver import Reply


@pytest.fixture
def viewer(uploads: Uploads) -> Client:
    """Somebody who may look."""
    client = Client()
    client.force_login(make_member(organization=uploads.organization).user)
    return client


def text_of(answer: Any) -> str:
    assert answer.status_code == 200, answer.content
    return " ".join(answer.content.decode().split())


def happened(uploads: Uploads, *steps: Any, **fields: Any) -> Any:
    recipe = uploads.recipe(*steps, **fields)
    uploads.use_case()
    uploads.event(attachment(uploads.file(b"one", "one.pdf"), filename="one.pdf", size_bytes=3))
    uploads.world.work()
    return recipe


def page_of(viewer: Client, uploads: Uploads) -> str:
    return text_of(viewer.get(f"/app/deliveries/{to_text('dlv_', uploads.world.delivery().id)}"))


def test_a_delivery_shows_its_files_and_the_steps_of_each_attempt(uploads: Uploads, viewer: Client) -> None:
    happened(uploads, STEP, STEP | {"url": "{{env.dms.base}}/no"})
    shown = page_of(viewer, uploads)
    assert "one.pdf</a>" in shown
    assert f"POST {uploads.dms.url}/files" in shown
    assert f"POST {uploads.dms.url}/no" in shown
    assert "Step 1 was answered with 404." in shown
    assert "Check a signature" not in shown
    assert "to-the-dms" in shown


def test_what_the_event_leaves_out_of_a_file_is_shown_as_it_is_stored(uploads: Uploads, viewer: Client) -> None:
    uploads.recipe()
    uploads.use_case()
    uploads.event(uploads.file(b"x" * 2_000, "two.pdf"))
    uploads.world.work()
    shown = page_of(viewer, uploads)
    assert "two.pdf</a>" in shown
    assert "2.0" in shown
    assert "unknown" not in shown


def test_a_delivery_that_got_through_gives_no_advice(uploads: Uploads, viewer: Client) -> None:
    uploads.answers["/files"] = Reply(302)
    happened(uploads)
    shown = page_of(viewer, uploads)
    assert "FILE_UPLOADED" in shown or "HTTP 302" in shown
    assert "Look at its answer" not in shown


def test_a_redirect_that_counts_as_success_is_told(uploads: Uploads, viewer: Client) -> None:
    uploads.answers["/files"] = Reply(302)
    happened(uploads)
    assert "HTTP 302 counts as success, but leads elsewhere." in page_of(viewer, uploads)


def test_a_usual_success_says_nothing_of_redirects(uploads: Uploads, viewer: Client) -> None:
    happened(uploads)
    assert "counts as success" not in page_of(viewer, uploads)


@pytest.mark.parametrize(("upload", "most"), [({}, 8), ({"max_delivery_attempts": 3}, 3)])
def test_the_list_and_the_page_say_how_often_the_recipe_tries(
    uploads: Uploads, viewer: Client, upload: dict[str, int], most: int
) -> None:
    happened(uploads, upload=upload)
    listed = text_of(viewer.get("/app/deliveries"))
    assert f">1/{most}<" in listed
    assert ">Receiver<" in listed
    assert f"attempt 1 of {most}" in page_of(viewer, uploads)


def uploads_path(uploads: Uploads, use_case: Any) -> str:
    return f"/app/integrations/{uploads.world.integration.pk}/use-cases/{use_case.pk}/uploads"


def test_a_recipe_shows_what_it_does_and_its_last_deliveries(uploads: Uploads, viewer: Client) -> None:
    recipe = happened(uploads, STEP, {"url": "{{env.dms.base}}/raw", "method": "PUT", "response_type": "json"})
    shown = text_of(viewer.get(uploads_path(uploads, recipe)))
    assert "POST {{env.dms.base}}/files" in shown
    assert "the file as it is" in shown
    assert to_text("dlv_", uploads.world.delivery().id) in shown
    assert uploads_path(uploads, recipe) in text_of(viewer.get(uploads_path(uploads, recipe).removesuffix("/uploads")))


def test_a_recipe_that_nobody_hands_files_to_says_so(uploads: Uploads, viewer: Client) -> None:
    recipe = uploads.recipe()
    assert "Nobody hands it files" in text_of(viewer.get(uploads_path(uploads, recipe)))


def test_only_who_may_make_a_use_case_is_offered_one(uploads: Uploads, viewer: Client) -> None:
    address = uploads_path(uploads, uploads.recipe())
    admin = Client()
    admin.force_login(make_member(organization=uploads.organization, role=Role.ADMIN).user)
    offered = [">New use case" in text_of(client.get(address)) for client in (viewer, admin)]
    assert offered == [False, True]


def test_other_use_cases_have_no_such_page(uploads: Uploads, viewer: Client) -> None:
    use_case = uploads.use_case()
    assert viewer.get(uploads_path(uploads, use_case)).status_code == 404


def test_the_filter_of_the_deliveries_offers_uploads_by_name(uploads: Uploads, viewer: Client) -> None:
    happened(uploads)
    make_webhook(organization=uploads.organization, configuration={"name": "ERP"})
    sender = uploads.world.delivery().use_case_id
    assert sender is not None
    [menu] = [one for one in viewer.get("/app/deliveries").context["choices"] if one["name"] == "webhook"]
    name = UseCase.objects.get(pk=sender).name
    assert [one["label"] for one in menu["options"]] == ["ERP", name]
    [narrowed] = viewer.get(f"/app/deliveries?webhook={menu['options'][1]['value']}").context["listed"].rows
    assert narrowed.delivery_id == to_text("dlv_", uploads.world.delivery().id)
