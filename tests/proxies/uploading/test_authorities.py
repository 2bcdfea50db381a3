"""Uploads believe the authorities of their organization."""

from __future__ import annotations

from pathlib import Path

from proxies.uploading.orders import UPLOADED
from tests.hub.environments.trust.believing import believe
from tests.hub.http.certificates import Authority
from tests.hub.http.receivers import Receiver, answering
from tests.proxies.uploading.world import World


def test_a_file_goes_to_a_server_of_the_organizations_authority_alone(world: World, tmp_path: Path) -> None:
    authority = Authority(tmp_path, "Archive CA")
    with Receiver(answering(b"{}"), tls=authority.server("127.0.0.1")) as archive:
        world.one_step(url=f"https://127.0.0.1:{archive.port}/upload")
        refused = world.upload()
        assert (refused.code != UPLOADED, archive.requests) == (True, [])
        assert "certificate" in refused.message
        believe(world.organization, authority)
        assert world.upload().code == UPLOADED
    assert len(archive.requests) == 1
