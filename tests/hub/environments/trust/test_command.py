"""manage.py hub_certificates."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from hub.accounts.models import AuditEntry, Organization
from hub.environments.trust.changes import authorities_of
from tests.hub.http.certificates import Authority

pytestmark = pytest.mark.django_db


def run(*words: str) -> Any:  # Any: JSON
    out = io.StringIO()
    call_command("hub_certificates", *words, "--organization", "home", "--json", stdout=out)
    return json.loads(out.getvalue())


@pytest.fixture
def authority(tmp_path, clock) -> Authority:
    made = Authority(tmp_path, "Plant CA")
    clock.at = made.certificate.not_valid_before_utc
    return made


def test_a_certificate_is_added_listed_and_removed(organization: Organization, authority: Authority) -> None:
    [added] = run("add", authority.file)["certificates"]
    assert run("list")["certificates"] == [added]
    assert (added["subject"], added["state"]) == ("CN=Plant CA", "expires soon")
    spelled = ":".join(added["fingerprint"][at : at + 2] for at in range(0, 64, 2)).upper()
    assert run("remove", spelled)["message"] == "CN=Plant CA is believed no longer."
    assert authorities_of(organization) == []
    entries = AuditEntry.objects.of(organization).filter(object_type="certificate_authority")
    assert {entry.actor_type for entry in entries} == {"operator"}


def test_the_standard_input_is_read(organization: Organization, authority: Authority, monkeypatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(authority.pem))
    assert len(run("add", "-")["certificates"]) == 1


def test_a_refusal_names_the_certificate_and_what_to_do(organization: Organization, authority, tmp_path) -> None:
    file = tmp_path / "leaf.pem"
    file.write_text(authority.leaf_pem("erp.example"), encoding="ascii")
    with pytest.raises(CommandError, match=r"certificate 1 \(CN=erp.example\) is not of an authority"):
        run("add", str(file))


def test_a_key_is_refused(organization: Organization, authority: Authority, tmp_path) -> None:
    file = tmp_path / "key.pem"
    file.write_text(authority.key_pem, encoding="ascii")
    with pytest.raises(CommandError, match="private key"):
        run("add", str(file))


def test_a_file_that_is_not_there_is_named(organization: Organization) -> None:
    with pytest.raises(CommandError, match=r"nowhere\.pem cannot be read"):
        run("add", "nowhere.pem")


def test_a_fingerprint_that_nobody_has_is_refused(organization: Organization) -> None:
    with pytest.raises(CommandError, match="no such certificate"):
        run("remove", "ab")
