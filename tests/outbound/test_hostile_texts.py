"""Names of files and what receivers say are shown as text, whatever they are, and no header breaks at them."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from hub.accounts.models import Organization
from tests.hub.entities.files.builders import a_file
from tests.hub.entities.files.folder import folder
from tests.outbound.builders import make_delivery
from tests.outbound.delivery_pages import make_attempt, path_of, viewer
from tests.proxies.file_proxy.world import hang_up

__all__ = ["folder", "viewer"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]

HOSTILE = {
    "an element": '<img src=x onerror="alert(1)">',
    "the end of a script": "</script><script>alert(2)</script>",
    "the end of an attribute": "\"' onmouseover=alert(3) x='",
    "line breaks": "a.pdf\r\nSet-Cookie: a=b\r\n\r\n<img src=x onerror=alert(4)>",
    "another direction": "a\u202egpj.exe<img src=x>",
    "a long text": "<img src=x>" * 1_000,
    "pieces of a path": "../../etc/<img src=x>",
}
KEPT = 2_000
"""Characters of a message that are stored."""
DANGEROUS = re.compile(r"""<img src=x|<script>alert|</script><script>|["'] onmouseover=""")

every_text = pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)


@every_text
def test_what_a_receiver_says_is_text_on_every_page(organization: Organization, viewer: Client, text: str) -> None:
    delivery = make_delivery(organization=organization, message=text[:KEPT])
    make_attempt(delivery, error=text[:KEPT], response_body=text, response_headers=[["X-Said", text]])
    for page in ("/app/deliveries", path_of(delivery)):
        answer = viewer.get(page)
        assert answer.status_code == 200
        assert not DANGEROUS.search(answer.text)
        assert "Set-Cookie: a=b" not in str(answer.headers)


@every_text
def test_the_name_of_a_file_is_text_on_every_page(organization: Organization, viewer: Client, text: str) -> None:
    entity_id = a_file(organization, filename=text)
    for page in ("/app/entities/file", f"/app/entities/file/{entity_id}"):
        answer = viewer.get(page)
        assert answer.status_code == 200
        assert not DANGEROUS.search(answer.text)


@every_text
def test_a_file_is_handed_out_under_one_clean_header(organization: Organization, viewer: Client, text: str) -> None:
    answer = viewer.get(f"/app/files/{a_file(organization, filename=text)}/open", follow=True)
    hang_up(answer)
    header = answer["Content-Disposition"]
    assert (answer.status_code, header.isascii(), header.isprintable()) == (200, True, True)
    assert "Set-Cookie" not in answer
    assert "<" not in header
