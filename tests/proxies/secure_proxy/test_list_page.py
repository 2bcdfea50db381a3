"""The page of the allow lists: everybody sees it, owners change it after a look at what changes."""

from __future__ import annotations

import pytest

from integrations.models import UseCase, UseCaseType
from proxies.models import AllowListChange
from tests.builders import make_integration, make_use_case
from tests.cast import ADMIN, NEIGHBOUR_OWNER, OWNER, VIEWER

STORED = {"vpc_mode": "secure_link", "allowed_domains": ["erp.example.com"], "allowed_ips": ["10.0.1.0/24"]}
FORM = {"allowed_domains": "erp.example.com\r\n*.plant.example", "allowed_ips": "", "reason": "moved", "version": "1"}


@pytest.fixture
def proxy(organization) -> UseCase:
    integration = make_integration(organization=organization)
    return make_use_case(integration=integration, type=UseCaseType.SECURE_PROXY, configuration=dict(STORED))


@pytest.fixture
def address(proxy: UseCase) -> str:
    return f"/app/integrations/{proxy.integration_id}/use-cases/{proxy.pk}/allow-lists"


def test_the_page_of_the_use_case_leads_to_its_lists(client_of, proxy, address):
    assert address in client_of(VIEWER).get(address.removesuffix("/allow-lists")).text


def test_a_viewer_sees_the_lists_and_no_form(client_of, address):
    shown = client_of(VIEWER).get(address)
    assert (shown.status_code, "erp.example.com" in shown.text, "<textarea" in shown.text) == (200, True, False)


def test_an_owner_sees_what_changes_before_it_counts(client_of, proxy, address):
    client = client_of(OWNER)
    review = client.post(address, FORM)
    assert (review.status_code, "<ins>*.plant.example</ins>" in review.text) == (200, True)
    assert ("<del>10.0.1.0/24</del>" in review.text, AllowListChange.objects.count()) == (True, 0)
    saved = client.post(address, FORM | {"is_seen": "on"})
    proxy.refresh_from_db()
    assert (saved.status_code, saved["Location"]) == (302, address)
    assert proxy.configuration["allowed_domains"] == ["erp.example.com", "*.plant.example"]
    assert "“moved”" in client.get(address).text


def test_a_mistake_stands_at_its_list_and_what_was_typed_is_kept(client_of, proxy, address):
    answer = client_of(OWNER).post(address, FORM | {"allowed_ips": "10.0.1.5/24", "is_seen": "on"})
    assert (answer.status_code, "10.0.1.5/24 has bits behind its prefix" in answer.text) == (422, True)
    assert "*.plant.example</textarea>" in answer.text
    assert not AllowListChange.objects.exists()


def test_a_reason_is_needed(client_of, address):
    assert client_of(OWNER).post(address, FORM | {"reason": ""}).status_code == 422


def test_a_wrong_entry_is_named_beside_a_missing_reason(client_of, address):
    shown = client_of(OWNER).post(address, FORM | {"allowed_ips": "10.0.0.1/99", "reason": ""}).text
    assert shown.count("10.0.0.1/99 ") > 1
    assert "This field is required." in shown


@pytest.mark.parametrize(("domains", "is_said"), [([], True), (["erp.example.com"], False)])
def test_a_static_address_without_domains_says_that_it_reaches_everything(client_of, proxy, address, domains, is_said):
    configuration = {"vpc_mode": "static_ip", "allowed_domains": domains}
    UseCase.objects.filter(pk=proxy.pk).update(configuration=configuration)
    assert ("It reaches every public server." in client_of(VIEWER).get(address).text) is is_said


def test_nobody_overwrites_what_they_have_not_seen(client_of, proxy, address):
    UseCase.objects.filter(pk=proxy.pk).update(version=2)
    answers = [client_of(OWNER).post(address, FORM | seen) for seen in ({}, {"is_seen": "on"})]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert not AllowListChange.objects.exists()


@pytest.mark.parametrize(("caller", "status"), [(ADMIN, 403), (VIEWER, 403), (NEIGHBOUR_OWNER, 404)], ids=str)
def test_others_change_nothing(client_of, proxy, address, caller, status):
    assert client_of(caller).post(address, FORM | {"is_seen": "on"}).status_code == status
    proxy.refresh_from_db()
    assert proxy.configuration == STORED


def test_a_secure_link_that_reaches_nothing_says_so(client_of, proxy, address):
    UseCase.objects.filter(pk=proxy.pk).update(configuration={"vpc_mode": "secure_link"})
    assert "It reaches nothing yet." in client_of(OWNER).get(address).text


@pytest.mark.parametrize(("egress", "is_said"), [("", True), ("direct", False)])
def test_a_mode_without_a_way_out_names_the_setting(client_of, address, settings, egress, is_said):
    settings.HUB_SECURE_LINK_EGRESS = egress
    shown = client_of(VIEWER).get(address).text
    assert ("HUB_SECURE_LINK_EGRESS" in shown) is is_said


def test_a_use_case_of_another_type_has_no_such_page(client_of, proxy, address):
    other = make_use_case(integration=proxy.integration)
    assert client_of(OWNER).get(address.replace(str(proxy.pk), str(other.pk))).status_code == 404
