"""Certificates among the settings: everybody sees them, owners add and remove them, and no key comes back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from hub.accounts.models import AuditEntry, Organization
from hub.environments.trust.changes import authorities_of
from tests.builders import NOW
from tests.cast import ADMIN, NEIGHBOUR_OWNER, OWNER, VIEWER
from tests.conftest import FixedClock
from tests.hub.http.certificates import Authority
from tests.hub.web.test_settings_page import with_fresh_password

ClientOf = Callable[[Any], Client]
PATH = "/app/settings"
NEW = f"{PATH}/certificates/new"

pytestmark = pytest.mark.django_db


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """Valid for some time after the moment at which the clock of a test stands."""
    return Authority(tmp_path, "Plant CA", until=NOW + timedelta(days=200))


@pytest.fixture
def owner(client_of: ClientOf) -> Client:
    return with_fresh_password(client_of(OWNER))


def text_of(client: Client, path: str = PATH) -> str:
    return str(client.get(path).content.decode())


def removal_of(organization: Organization) -> str:
    return f"{PATH}/certificates/{authorities_of(organization)[0].fingerprint}/remove"


def add(client: Client, *authorities: Authority) -> Any:  # Any: Django's answer
    return client.post(NEW, {"certificates": "".join(one.pem for one in authorities)})


def test_without_certificates_the_page_says_what_they_are_for(client_of: ClientOf, owner: Client) -> None:
    assert "No certificates of your own" in text_of(owner)
    assert NEW in text_of(owner)
    assert "Owners can add authorities" in text_of(client_of(VIEWER))


def test_an_owner_pastes_a_certificate(owner: Client, organization: Organization, authority: Authority) -> None:
    answer = add(owner, authority)
    assert (answer.status_code, answer["Location"]) == (302, PATH)
    page = text_of(owner)
    assert all(part in page for part in ("CN=Plant CA", "itself", "One certificate is believed from now on."))
    entry = AuditEntry.objects.of(organization).get(action="certificate_authority.add")
    assert (entry.actor_type, entry.changes["subject"]) == ("user", "CN=Plant CA")


def test_an_owner_chooses_a_file(owner: Client, organization: Organization, authority: Authority, tmp_path) -> None:
    other = Authority(tmp_path, "Second CA", until=NOW + timedelta(days=200))
    owner.post(NEW, {"file": SimpleUploadedFile("both.pem", (authority.pem + other.pem).encode())})
    assert {one.subject for one in authorities_of(organization)} == {"CN=Plant CA", "CN=Second CA"}


def test_one_that_ends_soon_is_warned_about(owner: Client, tmp_path: Path) -> None:
    add(owner, Authority(tmp_path, "Tired CA", until=NOW + timedelta(days=5)))
    page = text_of(owner)
    assert "CN=Tired CA expires on 2026-01-20. Add its successor before." in page
    assert "expires soon" in page


def test_one_that_has_ended_since_is_marked(
    client_of: ClientOf, owner: Client, authority: Authority, clock: FixedClock
) -> None:
    add(owner, authority)
    clock.move(days=201)
    assert "Expired" in text_of(client_of(VIEWER)).partition('id="certificates"')[2]


@pytest.mark.parametrize("sent", [{}, {"certificates": "  "}])
def test_a_form_without_certificates_asks_for_one_of_both_ways(owner: Client, sent: dict[str, str]) -> None:
    answer = owner.post(NEW, sent)
    assert answer.status_code == 422
    assert "Paste certificates or choose a file, one of both." in answer.content.decode()


def test_a_refusal_names_the_certificate(owner: Client, organization: Organization, authority: Authority) -> None:
    answer = owner.post(NEW, {"certificates": authority.pem + authority.leaf_pem("erp.example")})
    assert answer.status_code == 422
    assert "Certificate 2 (CN=erp.example) is not of an authority." in answer.content.decode()
    assert authorities_of(organization) == []


def test_a_file_that_cannot_be_one_is_refused(owner: Client) -> None:
    binary = owner.post(NEW, {"file": SimpleUploadedFile("ca.der", b"\x30\x82\x00\xff")})
    assert "openssl x509 -inform der" in binary.content.decode()
    large = owner.post(NEW, {"file": SimpleUploadedFile("ca.pem", b"#" * 70_000)})
    assert "The file has more than 64 KB." in large.content.decode()


def test_a_private_key_is_refused_and_never_shown_again(owner: Client, authority: Authority) -> None:
    key = authority.key_pem.splitlines()[1]
    pasted = owner.post(NEW, {"certificates": authority.pem + authority.key_pem})
    chosen = owner.post(NEW, {"file": SimpleUploadedFile("both.pem", authority.key_pem.encode())})
    for answer in (pasted, chosen):
        assert answer.status_code == 422
        assert "holds a private key" in answer.content.decode()
        assert key not in answer.content.decode()


def test_certificates_that_are_refused_stay_in_the_form(owner: Client, authority: Authority, tmp_path: Path) -> None:
    ended = Authority(tmp_path, since=datetime(2020, 1, 1, tzinfo=UTC), until=datetime(2021, 1, 1, tzinfo=UTC))
    shown = owner.post(NEW, {"certificates": authority.pem + ended.pem}).content.decode()
    assert "expired on 2021-01-01" in shown
    assert authority.pem.splitlines()[1] in unescape(shown)


def test_a_key_without_its_frame_is_not_shown_again(owner: Client, authority: Authority) -> None:
    key = "".join(authority.key_pem.splitlines()[1:-1])
    shown = owner.post(NEW, {"certificates": f"{authority.pem}{key}"}).content.decode()
    assert key not in unescape(shown)


def test_what_is_there_already_is_said(owner: Client, authority: Authority) -> None:
    add(owner, authority)
    assert "believes these certificates already" in add(owner, authority).content.decode()


def test_a_certificate_is_asked_about_before_it_goes(
    owner: Client, organization: Organization, authority: Authority
) -> None:
    add(owner, authority)
    path = removal_of(organization)
    assert "Remove CN=Plant CA?" in text_of(owner, path)
    assert len(authorities_of(organization)) == 1
    assert owner.post(path)["Location"] == PATH
    assert authorities_of(organization) == []


@pytest.mark.parametrize("caller", [ADMIN, VIEWER], ids=str)
def test_who_is_no_owner_sees_them_and_changes_nothing(
    client_of: ClientOf, owner: Client, organization: Organization, authority: Authority, caller: Any
) -> None:
    add(owner, authority)
    client = with_fresh_password(client_of(caller))
    assert "CN=Plant CA" in text_of(client)
    assert removal_of(organization) not in text_of(client)
    assert (add(client, authority).status_code, client.post(removal_of(organization)).status_code) == (403, 403)
    assert len(authorities_of(organization)) == 1


def test_a_neighbour_neither_sees_nor_removes_them(
    client_of: ClientOf, owner: Client, organization: Organization, authority: Authority
) -> None:
    add(owner, authority)
    neighbour = with_fresh_password(client_of(NEIGHBOUR_OWNER))
    assert "CN=Plant CA" not in text_of(neighbour)
    assert neighbour.get(removal_of(organization)).status_code == 404
    assert neighbour.post(removal_of(organization)).status_code == 404
    assert len(authorities_of(organization)) == 1


def test_whoever_was_away_types_the_password_again(
    owner: Client, organization: Organization, authority: Authority, clock: FixedClock
) -> None:
    clock.move(minutes=11)
    assert "/accounts/reauthenticate/" in add(owner, authority)["Location"]
    assert authorities_of(organization) == []


def test_a_name_is_shown_as_text(owner: Client, tmp_path: Path) -> None:
    add(owner, Authority(tmp_path, "<script>alert(1)</script>", until=NOW + timedelta(days=200)))
    assert "<script>alert" not in text_of(owner)
