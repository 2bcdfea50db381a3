"""The life of a token across processes: a command makes and ends it, the web server never restarts."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.acceptance import SEND_V3
from tests.journeys.contract.conftest import Caller
from tools import ROOT
from tools.running import wait_for

OF_WORKS = ["--organization", "works"]


def made(caller: Caller, *options: str) -> Any:
    """A token that a command makes. Any: JSON."""
    words = ["hub_token", "create", *OF_WORKS, "--name", "Short-lived", *options, "--json"]
    return json.loads(caller.hub.manage(*words))


def test_a_token_ends_at_once_at_both_doors_when_another_process_revokes_it(
    caller: Caller, integration_id: str
) -> None:
    token = made(caller, "--grants", "erp:read,erp:events")
    used = Caller(caller.hub, token["token"])
    request = SEND_V3.filled(integration_id=integration_id)
    knock = lambda: [  # noqa: E731
        caller.hub.request("GET", "/v1/integrations", token=used.token).status,
        used.send(request).status,
        used.send(request).status,
    ]
    assert knock() == [200, 200, 200]
    caller.hub.manage("hub_token", "revoke", token["id"], *OF_WORKS)
    assert knock() == [401, 401, 401]


def test_the_last_use_of_a_token_is_seen_by_another_process(caller: Caller) -> None:
    token = made(caller, "--grants", "erp:read")
    assert "last_used_at" not in token
    caller.hub.request("GET", "/v1/integrations", token=token["token"])

    def is_seen() -> bool:
        listed = json.loads(caller.hub.manage("hub_token", "list", *OF_WORKS, "--json"))["tokens"]
        return any("last_used_at" in row for row in listed if row["id"] == token["id"])

    wait_for(is_seen, "the use of the token to be written")


def test_a_token_made_for_one_integration_opens_no_other(caller: Caller, integration_id: str) -> None:
    token = made(caller, "--grants", "erp:*", "--integration", integration_id, "--read-only", "--expires", "1h")
    seen = caller.hub.request("GET", "/v1/integrations", token=token["token"]).json()["integrations"]
    assert [integration["id"] for integration in seen] == [integration_id]
    assert caller.hub.request("DELETE", f"/v1/integrations/{integration_id}", token=token["token"]).status == 403


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["hub_token", "create", "--organization", "nowhere", "--name", "N", "--grants", "erp:read"], 1, "nowhere"),
        (["hub_token", "create", *OF_WORKS, "--name", "N", "--grants", "erp:fly"], 1, "grants[0].action"),
        (["hub_token", "create", *OF_WORKS, "--name", "N"], 2, "--grants"),
        (["hub_token", "create", *OF_WORKS, "--name", "N", "--grants", "erp:*", "--integration", "x"], 2, "invalid"),
        (["hub_organization", "create", "--slug", "Not a slug", "--name", "N"], 1, "slug"),
        (["hub_organization", "burn"], 2, "burn"),
    ],
)
def test_a_command_that_is_wrong_ends_with_a_sentence_and_its_exit_code(
    caller: Caller, words: list[str], code: int, sentence: str
) -> None:
    command = [sys.executable, "manage.py", *words, "--json"]
    done = subprocess.run(command, cwd=ROOT, env=caller.hub.environment(), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, "Traceback" in done.stderr) == (code, "", False)
    assert sentence in done.stderr
