"""Downloads, and the tokens they need, believe the authorities of their organization."""

from __future__ import annotations

from pathlib import Path

from tests.hub.environments.trust.believing import believe
from tests.hub.http.certificates import Authority
from tests.hub.http.receivers import Receiver, answering
from tests.proxies.file_proxy.world import FILE, SECRET, World, content_of


def test_a_file_comes_from_a_server_of_the_organizations_authority_alone(world: World, tmp_path: Path) -> None:
    authority = Authority(tmp_path, "Archive CA")
    with Receiver(answering(FILE), tls=authority.server("127.0.0.1")) as archive:
        world.one_step(url=f"https://127.0.0.1:{archive.port}/bill.pdf")
        assert world.browser.open().status_code == 502
        assert archive.requests == []
        believe(world.organization, authority)
        answer = world.browser.open()
        assert (answer.status_code, content_of(answer)) == (200, FILE)


def test_a_token_comes_from_such_a_server(world: World, tmp_path: Path) -> None:
    authority = Authority(tmp_path, "Archive CA")
    token = b'{"access_token": "t0ken", "expires_in": 3600}'
    believe(world.organization, authority)
    with Receiver(answering(token), tls=authority.server("127.0.0.1")) as server:
        auth = {"type": "oauth2_client_credentials", "client_id": "hub", "client_secret": "{{env.dms.secret}}"}
        recipe = world.one_step()
        recipe.configuration["auth"] = auth | {"token_url": f"https://127.0.0.1:{server.port}/token"}
        recipe.save()
        assert world.browser.open().status_code == 200
        assert SECRET in server.bodies[0].decode()
    assert world.upstream.requests[-1].headers["authorization"] == "Bearer t0ken"
