"""What a newcomer finds installed."""

from __future__ import annotations

import pytest

from hub.accounts.tokens import authenticate
from inbound.demo.install import install
from tests.builders import NOW


@pytest.mark.django_db
def test_a_token_that_a_new_secret_key_made_worthless_is_replaced(settings, tmp_path):
    settings.HUB_VAR_DIR = tmp_path
    before, _ = install()
    settings.SECRET_KEY = "a new secret key"
    after, _ = install()
    assert after != before
    assert authenticate(f"Bearer {after.token}", None, NOW).grants
