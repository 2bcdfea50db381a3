"""The code that pages give to whoever writes a receiver accepts what the hub signs, and nothing else."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hub import clock
from outbound.signing import Signer, new_private_key, new_secret
from outbound.ui.snippets import JAVASCRIPT, PYTHON
from tools.assets import with_node

BODY = b'{"number":"C-1"}'
SECRET = new_secret()

Judge = Callable[[dict[str, str], bytes], bool]


def python_judge() -> Judge:
    """The snippet in Python."""
    names: dict[str, Any] = {}  # Any: what the code defines
    exec(PYTHON.replace("whsec_…", SECRET), names)
    return names["is_genuine"]  # type: ignore[no-any-return]


def javascript_judge(folder: Path) -> Judge:
    """The snippet in JavaScript, under Node."""
    (folder / "snippet.mjs").write_text(JAVASCRIPT.replace("whsec_…", SECRET))
    call = "import { isGenuine } from './snippet.mjs'; const [headers, body] = JSON.parse(process.argv[1]);"
    call += "console.log(isGenuine(headers, Buffer.from(body)))"

    def judge(headers: dict[str, str], body: bytes) -> bool:
        words = ["node", "--input-type=module", "-e", call, json.dumps([headers, body.decode()])]
        done = subprocess.run(words, cwd=folder, env=with_node(), capture_output=True, text=True, check=True)
        return done.stdout.strip() == "true"

    return judge


@pytest.fixture(params=["Python", "JavaScript"])
def judge(request: pytest.FixtureRequest, tmp_path: Path) -> Judge:
    """Both of them, one after the other."""
    return python_judge() if request.param == "Python" else javascript_judge(tmp_path)


@pytest.fixture
def headers(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Signed a moment ago, by the clock on the wall."""
    monkeypatch.undo()
    signer = Signer([new_secret(), SECRET], new_private_key())
    return dict(signer.headers(message_id="msg_1", at=clock.now(), body=BODY))


def test_what_the_hub_signs_is_accepted(judge: Judge, headers: dict[str, str]) -> None:
    assert judge(headers, BODY)


def test_another_body_is_refused(judge: Judge, headers: dict[str, str]) -> None:
    assert not judge(headers, b'{"number":"C-2"}')


def test_an_old_timestamp_is_refused(judge: Judge, headers: dict[str, str]) -> None:
    signer = Signer([SECRET], new_private_key())
    old = clock.now().fromtimestamp(1_760_000_000, clock.now().tzinfo)
    assert not judge(dict(signer.headers(message_id="msg_1", at=old, body=BODY)), BODY)
