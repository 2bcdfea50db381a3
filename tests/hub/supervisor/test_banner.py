"""What make run prints can be copied into a shell as it stands."""

from __future__ import annotations

import json
import shlex

from hub.supervisor.banner import Demo, banner

DEMO = Demo(email="demo@example.org", password="a b", token="hub_x", event={"name": "D'Angelo & Söhne $HOME"})


def test_the_curl_carries_the_event_unchanged_through_a_shell():
    printed = banner(address="http://127.0.0.1:8000", demo=DEMO)
    (command,) = [line for line in printed.splitlines() if line.startswith("curl ")]
    assert json.loads(shlex.split(command)[-1]) == DEMO.event


def test_address_login_and_token_are_printed():
    printed = banner(address="http://127.0.0.1:8000", demo=DEMO)
    assert all(text in printed for text in ("http://127.0.0.1:8000", "demo@example.org", "a b", "hub_x"))


def test_without_demo_data_only_the_address_is_printed():
    assert banner(address="http://127.0.0.1:8000", demo=None).split() == (
        ["The", "Integration", "Hub", "runs", "at", "http://127.0.0.1:8000", "Ctrl-C", "stops", "it."]
    )
