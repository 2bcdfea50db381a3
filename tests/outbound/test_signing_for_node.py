"""The library that Standard Webhooks offers to receivers in JavaScript accepts what is sent, and nothing else."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from outbound.signing import Signer, new_private_key, new_secret
from tools.assets import with_node

pytestmark = pytest.mark.once
RECEIVER = Path(__file__).with_name("receiver.mjs")


def verified(*requests):
    """What the receiver says of each (secret it knows, body it gets, headers)."""
    sent = [{"secret": secret, "body": body, "headers": dict(headers)} for secret, body, headers in requests]
    answer = subprocess.run(
        ["node", RECEIVER], input=json.dumps(sent), env=with_node(), capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


def test_a_receiver_verifies_the_present_and_the_former_secret_and_refuses_anything_else():
    present, former, other = (new_secret() for _ in range(3))
    body = '{"straße":"Übersee 1"}'
    signer, now = Signer([present, former], new_private_key()), datetime.now(UTC)
    headers, old = (
        signer.headers(message_id="msg_1", at=at, body=body.encode()) for at in (now, now - timedelta(minutes=6))
    )
    assert verified(
        (present, body, headers),
        (former, body, headers),
        (other, body, headers),
        (present, f"{body} ", headers),
        (present, body, old),
    ) == [True, True, False, False, False]
