"""The requests that would be made of an event's files are shown before any is made."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from tests.builders import make_token
from tests.outbound.uploads.world import SECRET, STEP, Uploads, attachment

FILE = UUID(int=5)
CONFIRM = {
    "url": "{{env.dms.base}}/files/{{steps.0.body.id}}",
    "method": "POST",
    "headers": {"X-Key": "{{env.dms.secret}}"},
    "response_type": "json",
    "body_jsonata": '{"key": $env."dms.secret", "id": $steps[0].body.id}',
}


def simulated(uploads: Uploads, *files: Any, **more: Any) -> Any:
    payload = {"_event_id": "e", "event_attachments": [*files]}
    body = {"delivery_type": "file_proxy", "use_case_slug": "to-the-dms", "payload": payload} | more
    token = make_token(organization=uploads.organization)
    answer = Client().post(
        f"/v1/integrations/{uploads.world.integration.pk}/outbound/mapping-simulation",
        body,
        content_type="application/json",
        HTTP_AUTHORIZATION=f"Bearer {token.text}",
    )
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_every_request_is_shown_without_contents_and_secrets(uploads: Uploads) -> None:
    uploads.recipe(STEP, CONFIRM, {"url": "{{env.dms.base}}/raw", "method": "PUT", "response_type": "json"})
    told = simulated(uploads, attachment(FILE, filename="a.pdf", size_bytes=3), steps=[{"body": {"id": "D-1"}}])
    [delivery] = told["deliveries"]
    made, confirmed, raw = delivery["requests"]
    assert (told["valid"], delivery["part"], delivery["files"][0]["filename"]) == (True, 0, "a.pdf")
    assert made["body"] == '{"name":"a.pdf","doc":"<base64 of a.pdf>","ack":null}'
    assert confirmed["url"] == f"{uploads.dms.url}/files/D-1"
    assert confirmed["headers"] == [["X-Key", "***"]]
    assert confirmed["body"] == '{"key":"***","id":"D-1"}'
    assert raw["body"] == "<the bytes of a.pdf>"
    assert SECRET not in repr(told)
    assert uploads.dms.requests == []


def test_each_delivery_is_shown_where_the_recipe_fans_out(uploads: Uploads) -> None:
    uploads.recipe(fan_out={"enabled": True})
    told = simulated(uploads, attachment(FILE, filename="a"), attachment(UUID(int=6), filename="b"))
    assert [(one["part"], one["files"][0]["filename"]) for one in told["deliveries"]] == [(1, "a"), (2, "b")]


def test_what_a_step_lacks_is_told_in_its_place(uploads: Uploads) -> None:
    uploads.recipe(STEP, CONFIRM)
    [delivery] = simulated(uploads, attachment(FILE, filename="a"))["deliveries"]
    assert "url" in delivery["requests"][0]
    assert delivery["requests"][1]["error"]["code"] == "INVALID_PARAM_VALUE"


@pytest.mark.parametrize(
    "expression",
    [
        '{"doc": $substring($file_data[0].base64, 0, 45)}',
        '{"doc": $uppercase($file_data[0].base64)}',
        '{"key": $uppercase($env."dms.secret")}',
    ],
)
def test_a_file_or_a_secret_that_is_changed_is_told_in_its_place(uploads: Uploads, expression: str) -> None:
    uploads.recipe(STEP | {"body_jsonata": expression})
    [delivery] = simulated(uploads, attachment(FILE, filename="a"))["deliveries"]
    assert delivery["requests"][0]["error"]["code"] == "MAPPING_EXPRESSION_FAILED"
    assert "can only be put somewhere whole" in delivery["requests"][0]["error"]["message"]


def test_steps_after_one_that_is_not_enabled_are_not_shown(uploads: Uploads) -> None:
    uploads.recipe(STEP | {"enabled": "false"}, CONFIRM)
    [delivery] = simulated(uploads, attachment(FILE))["deliveries"]
    assert delivery["requests"] == [{"step": 0, "method": "POST", "enabled": False}]


@pytest.mark.parametrize(
    ("case", "code"), [("recipe", "UPLOAD_RECIPE_UNFIT"), ("files", "NO_FILE_ATTACHMENTS"), ("size", "FILE_TOO_LARGE")]
)
def test_why_nothing_would_go_out(uploads: Uploads, case: str, code: str) -> None:
    if case != "recipe":
        uploads.recipe(upload={"max_file_bytes": 5})
    files = [] if case == "files" else [attachment(FILE, size_bytes=6)]
    told = simulated(uploads, *files)
    assert (told["valid"], told["error"]["code"]) == (False, code)
