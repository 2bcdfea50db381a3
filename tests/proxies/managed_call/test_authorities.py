"""Managed calls and their tokens believe the authorities of their organization, and of no other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from proxies import authentication
from tests.builders import make_organization
from tests.hub.environments.trust.believing import believe
from tests.hub.http.certificates import Authority, yesterday
from tests.hub.http.receivers import Receiver, answering
from tests.proxies.partner import PERSON, Partner, error_of

pytestmark = pytest.mark.django_db

ANSWER = json.dumps(PERSON | {"access_token": "t0ken", "expires_in": 3600}).encode()
JSON = ("Content-Type: application/json",)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """Nobody knows it but the other system."""
    return Authority(tmp_path, "Partner CA")


@pytest.fixture
def secured(authority: Authority) -> Iterator[Receiver]:
    """The other system with a certificate of it; every answer is a person and a token."""
    with Receiver(answering(ANSWER, headers=JSON), tls=authority.server("127.0.0.1")) as receiver:
        yield receiver


def calling(partner: Partner, receiver: Receiver, **connector: Any) -> Any:  # Any: Django's answer
    """What a call of the partner comes to."""
    url = f"https://127.0.0.1:{receiver.port}"
    partner.integration.connector_config["base_url"] = f"{url}/base"
    partner.integration.connector_config |= connector
    partner.integration.save()
    partner.organization.bump_config_version()
    if not partner.integration.use_cases.exists():
        partner.call()
    return partner.execute()


def is_refused(response: Any) -> bool:
    """Whether the call ended with the code of a connection that did not come about, for the certificate."""
    error = error_of(response)
    assert (response.status_code, error["code"]) == (502, "EXTERNAL_API_ERROR"), error
    return "The certificate of 127.0.0.1 is refused" in error["message"]


def test_without_the_authority_a_call_fails_with_its_code(partner: Partner, secured: Receiver) -> None:
    assert is_refused(calling(partner, secured))
    assert secured.requests == []


def test_with_the_authority_it_goes_through(partner: Partner, secured: Receiver, authority: Authority) -> None:
    believe(partner.organization, authority)
    answer = calling(partner, secured)
    assert (answer.status_code, "John Doe" in answer.content.decode()) == (200, True)


def test_a_token_comes_under_the_same_authority(partner: Partner, secured: Receiver, authority: Authority) -> None:
    oauth = {"type": "oauth2_client_credentials", "client_id": "hub", "client_secret": "{{env.partner.key}}"}
    auth = oauth | {"token_url": f"https://127.0.0.1:{secured.port}/token"}
    assert error_of(calling(partner, secured, auth=auth))["code"] == "AUTH_TOKEN_ERROR"
    believe(partner.organization, authority)
    authentication.forget_all()  # a failure is the answer for a second
    assert calling(partner, secured, auth=auth).status_code == 200
    assert [head.split()[1].partition("?")[0] for head in secured.heads] == ["/token", "/base/v1/customers/C%2F00%201"]


def test_another_organization_does_not_believe_it(
    partner: Partner, receiver: Any, secured: Receiver, authority: Authority
) -> None:
    believe(partner.organization, authority)
    assert calling(partner, secured).status_code == 200
    other = Partner(make_organization(), receiver)
    assert is_refused(calling(other, secured))


@pytest.mark.parametrize("made", [{"host": "other.example"}, {"host": "127.0.0.1", "until": yesterday()}])
def test_a_certificate_for_another_name_or_time_stays_refused(
    partner: Partner, authority: Authority, made: dict[str, Any]
) -> None:
    believe(partner.organization, authority)
    with Receiver(answering(ANSWER, headers=JSON), tls=authority.server(**made)) as receiver:
        assert is_refused(calling(partner, receiver))
    assert receiver.requests == []
