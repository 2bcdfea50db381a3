"""What a recipe has written down opens its token, and its requests say how many hubs led to them."""

from __future__ import annotations

from hub.hops import marked
from proxies.file_proxy.written_secrets import sealed_as_stored
from tests.builders import NOW
from tests.outbound.uploads.world import STEP, TOKEN

WRITTEN = "hunter2-hunter2"


def test_a_secret_that_is_written_down_and_sealed_fetches_the_token(uploads):
    auth = {
        "type": "oauth2_client_credentials",
        "token_url": f"{uploads.dms.url}/token",
        "client_id": "hub",
        "client_secret": WRITTEN,
    }
    recipe = uploads.recipe(auth=auth)
    recipe.configuration = sealed_as_stored(recipe.configuration, uploads.organization.pk, recipe.pk, NOW)
    assert WRITTEN not in str(recipe.configuration)
    recipe.save()
    uploads.organization.bump_config_version()
    uploads.use_case()
    uploads.event(uploads.file())
    uploads.world.work()
    [asked], [sent] = uploads.sent("/token"), uploads.sent()
    assert f"client_secret={WRITTEN}".encode() in asked.body
    assert sent.headers["authorization"] == f"Bearer {TOKEN}"


def test_an_upload_is_one_hop_further_than_the_event(uploads):
    uploads.recipe(STEP, STEP)
    uploads.use_case()
    uploads.event(uploads.file(), chain=marked(3))
    uploads.world.work()
    assert [one.headers["x-hub-hop"] for one in uploads.sent()] == ["4", "4"]


def test_each_file_that_fans_out_knows_its_hop(uploads):
    uploads.recipe(fan_out={"enabled": True})
    uploads.use_case()
    uploads.event(uploads.file(b"one", "1.pdf"), uploads.file(b"two", "2.pdf"), chain=marked(2))
    uploads.world.work()
    assert [one.headers["x-hub-hop"] for one in uploads.sent()] == ["3", "3"]
