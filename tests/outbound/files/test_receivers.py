"""Receivers in two languages read a form with files and verify it by the code that pages give them."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from outbound.ui.snippets import JAVASCRIPT_OF_FORMS, PYTHON_OF_FORMS
from tests.cast import OWNER
from tests.outbound.files.conftest import SECRET, FileWorld, parts_of
from tests.receiver import Received, Receiver
from tools.assets import with_node

Judge = Callable[[Received], bool]

RECEIVING = """
import { readFileSync } from "node:fs";
import { isGenuine, signedOf } from "./snippet.mjs";
const headers = JSON.parse(readFileSync("headers.json", "utf8"));
const response = new Response(readFileSync("body"), { headers: { "content-type": headers["content-type"] } });
const form = await response.formData();
const told = form.getAll("file_metadata");
const files = await Promise.all(form.getAll("file").map(async (file) => Buffer.from(await file.arrayBuffer())));
const names = form.getAll("file").map((file) => file.name);
const isRight = isGenuine(headers, signedOf(told.map((text, position) => [text, files[position]])));
process.stdout.write(JSON.stringify([isRight, names, told.map((text) => JSON.parse(text).filename)]));
"""


def python_judge(request: Received) -> bool:
    """The snippet, behind the parser of the standard library."""
    names: dict[str, Any] = {}  # Any: what the code defines
    exec(PYTHON_OF_FORMS.replace("whsec_…", SECRET), names)
    parts = parts_of(request)
    told = [one.content for one in parts if one.name == "file_metadata"]
    files = [one.content for one in parts if one.name == "file"]
    body = names["signed_of"](zip(told, files, strict=True))
    return names["is_genuine"](request.headers, body)  # type: ignore[no-any-return]


def javascript_judge(folder: Path) -> Judge:
    """The snippet under Node, behind its own parser of forms."""
    (folder / "snippet.mjs").write_text(JAVASCRIPT_OF_FORMS.replace("whsec_…", SECRET))
    (folder / "receiving.mjs").write_text(RECEIVING)

    def judge(request: Received) -> bool:
        (folder / "headers.json").write_text(json.dumps(request.headers))
        (folder / "body").write_bytes(request.body)
        done = subprocess.run(
            ["node", "receiving.mjs"], cwd=folder, env=with_node(), capture_output=True, text=True, check=True
        )
        is_right, names, told = json.loads(done.stdout)
        assert names == told == ["Übersicht.pdf", "b.txt"]
        return bool(is_right)

    return judge


@pytest.fixture(params=["Python", "JavaScript"])
def judge(request: pytest.FixtureRequest, tmp_path: Path) -> Judge:
    """Both of them, one after the other."""
    return python_judge if request.param == "Python" else javascript_judge(tmp_path)


@pytest.fixture
def delivered(world: FileWorld, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> Received:
    """A form with two files, sent by the clock on the wall."""
    config = {"fileFieldStrategy": "multi", "extraFields": {"event": "_event_name"}}
    world.sending("binary_multipart", multipartConfig=config)
    files = [world.stored(bytes(range(256)), "Übersicht.pdf"), world.stored(b"b", "b.txt")]
    world.happens(*({"entity_id": str(one), "version_index": 0} for one in files))
    monkeypatch.undo()
    world.work()
    [request] = receiver.requests
    return request


def test_what_the_hub_sends_is_accepted(delivered: Received, judge: Judge) -> None:
    assert judge(delivered)


def test_other_bytes_of_a_file_are_refused(delivered: Received, judge: Judge) -> None:
    changed = delivered.body.replace(b"\r\n\r\nb\r\n", b"\r\n\r\nc\r\n")
    assert changed != delivered.body
    assert not judge(Received(delivered.method, delivered.path, delivered.headers, changed))


def test_other_metadata_of_a_file_is_refused(delivered: Received, judge: Judge) -> None:
    changed = delivered.body.replace(b'"version_index":0', b'"version_index":1')
    assert not judge(Received(delivered.method, delivered.path, delivered.headers, changed))


def test_the_page_of_such_a_webhook_shows_that_code(world: FileWorld, client_of: Callable[..., Client]) -> None:
    world.sending("binary_multipart")
    page = client_of(OWNER).get("/app/webhooks/wh_1").content.decode()
    assert "def signed_of" in page
    assert "function signedOf" in page
