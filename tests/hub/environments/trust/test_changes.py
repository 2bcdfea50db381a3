"""Owners add and remove authorities; calls of that organization alone believe them from then on."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from hub.accounts.audit import OPERATOR
from hub.accounts.models import AuditEntry, Organization
from hub.environments.models import CertificateAuthority
from hub.environments.operations.author import LimitReached
from hub.environments.trust import changes
from hub.environments.trust.changes import add_authorities, authorities_of, remove_authority
from hub.environments.trust.policies import usual_policy
from hub.errors import Conflict, Invalid, NotFound
from hub.http.addresses import EgressPolicy
from tests.hub.environments.trust.believing import believe
from tests.hub.http.certificates import Authority

pytestmark = pytest.mark.django_db


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path, "Plant CA")


def add(organization: Organization, text: str) -> None:
    add_authorities(organization=organization, text=text, actor=OPERATOR, at=datetime.now(tz=UTC))


def remove(organization: Organization, fingerprint: str) -> None:
    remove_authority(organization=organization, fingerprint=fingerprint, actor=OPERATOR, at=datetime.now(tz=UTC))


def test_the_policy_of_an_organization_without_authorities_is_that_of_the_hub(organization: Organization) -> None:
    assert usual_policy(organization.pk) == EgressPolicy.of_settings()


def test_an_authority_is_in_the_policy_of_its_organization_alone(stage, authority: Authority) -> None:
    believe(stage.home, authority)
    assert usual_policy(stage.home.pk).authorities.pem == authority.pem
    assert usual_policy(stage.next_door.pk) == EgressPolicy.of_settings()


def test_a_change_counts_from_the_next_look_on(organization: Organization, authority: Authority) -> None:
    before = usual_policy(organization.pk)
    believe(organization, authority)
    during = usual_policy(organization.pk)
    remove(organization, authorities_of(organization)[0].fingerprint)
    assert during != before
    assert usual_policy(organization.pk) == before


def test_whoever_names_the_version_asks_the_database_once(
    organization: Organization, authority: Authority, count_queries
) -> None:
    believe(organization, authority)
    usual_policy(organization.pk, organization.config_version)
    with count_queries() as counted:
        assert usual_policy(organization.pk, organization.config_version).authorities
    assert len(counted) == 0


def test_what_is_there_already_is_not_added_again(organization: Organization, authority: Authority, tmp_path) -> None:
    believe(organization, authority)
    believe(organization, authority, Authority(tmp_path, "Second CA"))
    assert [one.subject for one in authorities_of(organization)] == ["CN=Second CA", "CN=Plant CA"]
    with pytest.raises(Conflict, match="already"):
        believe(organization, authority)


def test_all_are_added_or_none(organization: Organization, authority: Authority) -> None:
    with pytest.raises(Invalid):
        add(organization, authority.pem + authority.leaf_pem("erp.example"))
    assert authorities_of(organization) == []


def test_nothing_of_a_private_key_is_stored(organization: Organization, authority: Authority) -> None:
    with pytest.raises(Invalid):
        add(organization, authority.pem + authority.key_pem)
    assert not CertificateAuthority.objects.exists()
    assert not AuditEntry.objects.filter(action__startswith="certificate_authority").exists()


def test_there_is_room_for_twenty(organization: Organization, tmp_path: Path) -> None:
    believe(organization, *(Authority(tmp_path, f"CA {number}") for number in range(20)))
    with pytest.raises(LimitReached, match="at most 20 certificates"):
        believe(organization, Authority(tmp_path, "CA 21"))
    assert len(authorities_of(organization)) == 20


def test_there_is_room_for_so_many_bytes(
    organization: Organization, authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "LARGEST_TEXT", len(authority.pem) + 1)
    believe(organization, authority)
    with pytest.raises(LimitReached, match="All certificates together"):
        believe(organization, Authority(tmp_path, "Second CA"))


def test_each_certificate_leaves_an_entry_when_it_comes_and_when_it_goes(
    organization: Organization, authority: Authority, tmp_path: Path
) -> None:
    believe(organization, authority, Authority(tmp_path, "Second CA"))
    gone = authorities_of(organization)[0]
    remove(organization, gone.fingerprint)
    entries = AuditEntry.objects.of(organization).filter(object_type="certificate_authority").order_by("sequence")
    assert [entry.action for entry in entries] == ["certificate_authority.add"] * 2 + ["certificate_authority.remove"]
    assert (entries[2].object_id, entries[2].changes["subject"]) == (gone.fingerprint, gone.subject)


def test_a_certificate_of_a_neighbour_cannot_be_removed(stage, authority: Authority) -> None:
    believe(stage.home, authority)
    with pytest.raises(NotFound):
        remove(stage.next_door, authorities_of(stage.home)[0].fingerprint)
    assert len(authorities_of(stage.home)) == 1
