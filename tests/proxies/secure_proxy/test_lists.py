"""Who changes what a secure proxy may reach: owners in their browser and the server's operator, nobody else."""

from __future__ import annotations

import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from hub.accounts.audit import Actor
from hub.accounts.models import AuditEntry
from hub.errors import Forbidden
from integrations.models import UseCase, UseCaseType
from integrations.operations.author import Author
from proxies.models import AllowListChange
from proxies.secure_proxy.changing import NewLists, change_lists
from tests.builders import NOW, make_integration, make_use_case
from tests.cast import ADMIN, MACHINE, NEIGHBOUR_OWNER, OPERATOR, OWNER, VIEWER

STORED = {"vpc_mode": "secure_link", "allowed_domains": ["erp.example.com"], "allowed_ips": ["10.0.1.0/24"]}


@pytest.fixture
def proxy(organization) -> UseCase:
    integration = make_integration(organization=organization)
    return make_use_case(
        integration=integration, type=UseCaseType.SECURE_PROXY, slug="plant-link", configuration=dict(STORED)
    )


def address(proxy: UseCase) -> str:
    return f"/v2/integrations/{proxy.integration_id}/use-cases/{proxy.pk}/secure-proxy-whitelist"


def put(client: Client, proxy: UseCase, body: object):
    return client.put(address(proxy), json.dumps(body), content_type="application/json")


def test_an_owner_replaces_a_list_and_leaves_the_other_as_it_is(client_of, proxy):
    answer = put(client_of(OWNER), proxy, {"allowed_domains": ["*.Plant.example", "erp.example.com."], "reason": "new"})
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "vpc_mode": "secure_link",
            "allowed_domains": ["*.plant.example", "erp.example.com"],
            "allowed_ips": ["10.0.1.0/24"],
        },
    )
    assert client_of(VIEWER).get(address(proxy)).json() == answer.json()


def test_a_change_is_a_version_an_entry_of_the_history_and_one_of_the_audit_trail(client_of, proxy, organization):
    put(client_of(OWNER), proxy, {"allowed_ips": [], "reason": "moved"})
    proxy.refresh_from_db()
    assert (proxy.version, proxy.change_description, proxy.configuration["allowed_ips"]) == (2, "moved", [])
    [change] = client_of(MACHINE).get(f"{address(proxy)}/history").json()["history"]
    assert (change["reason"], change["actor"]["type"], change["after"]["allowed_ips"]) == ("moved", "user", [])
    assert change["before"] == {name: STORED[name] for name in ("allowed_domains", "allowed_ips")}
    entry = AuditEntry.objects.of(organization).get(action="secure_proxy.lists_change")
    assert entry.changes == {"version": 2, "allowed_ips": [["10.0.1.0/24"], []]}


def test_what_changes_nothing_leaves_no_trace(client_of, proxy):
    assert put(client_of(OWNER), proxy, {"allowed_ips": STORED["allowed_ips"]}).status_code == 200
    proxy.refresh_from_db()
    assert (proxy.version, AllowListChange.objects.count()) == (1, 0)


@pytest.mark.parametrize("caller", [MACHINE, ADMIN, OPERATOR, VIEWER], ids=str)
def test_nobody_but_an_owner_changes_lists(client_of, proxy, caller):
    assert put(client_of(caller), proxy, {"allowed_ips": []}).status_code == 403
    proxy.refresh_from_db()
    assert proxy.configuration == STORED


def test_the_owner_of_another_organization_finds_nothing(client_of, proxy):
    assert put(client_of(NEIGHBOUR_OWNER), proxy, {"allowed_ips": []}).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        *({}, {"reason": "x"}, {"allowed_ips": None}, {"allowed_domains": None}, {"allowed_ips": "10.0.1.0/24"}),
        *({"allowed_ips": [1]}, {"vpc_mode": "static_ip", "allowed_ips": []}, {"allowed_ips": ["10.0.1.5/24"]}),
        *({"allowed_domains": ["*.com"]}, {"allowed_domains": ["*"]}, {"allowed_domains": ["api.*.com"]}),
        {"allowed_ips": ["169.254.0.0/16"]},
    ],
    ids=json.dumps,
)
def test_a_body_that_is_wrong_changes_nothing(client_of, proxy, body):
    assert put(client_of(OWNER), proxy, body).status_code == 400
    proxy.refresh_from_db()
    assert proxy.configuration == STORED


def test_a_use_case_of_another_type_has_no_lists(client_of, proxy):
    other = make_use_case(integration=proxy.integration)
    assert client_of(OWNER).get(address(other)).status_code == 404
    assert put(client_of(OWNER), other, {"allowed_ips": []}).status_code == 404


def test_the_history_has_at_most_twenty_changes_newest_first(client_of, proxy):
    client = client_of(OWNER)
    for number in range(22):
        put(client, proxy, {"allowed_ips": [f"10.0.{number}.0/24"]})
    histories = [client.get(f"{address(proxy)}/history{query}").json()["history"] for query in ("", "?limit=50")]
    assert [len(history) for history in histories] == [10, 20]
    assert client.get(f"{address(proxy)}/history?limit=51").status_code == 400


def test_who_acts_as_somebody_else_changes_no_lists(proxy, organization):
    author = Author(organization, Actor("user", "1", impersonator_id="2"), is_admin=True, at=NOW)
    with pytest.raises(Forbidden):
        change_lists(author=author, integration_id=proxy.integration_id, use_case_id=proxy.pk, new=NewLists(ranges=()))


def test_a_proxy_that_is_made_again_starts_with_empty_lists(client_of, proxy):
    client = client_of(ADMIN)
    body = {
        "name": "Link",
        "use_cases": [{"id": str(proxy.pk), "name": "Link", "type": "secure_proxy", "enabled": True}],
    }
    body["use_cases"][0]["configuration"] = {"vpc_mode": "secure_link"}
    place = f"/v2/integrations/{proxy.integration_id}"
    client.put(place, json.dumps({"name": "Link", "use_cases": []}), content_type="application/json")
    assert client.put(place, json.dumps(body), content_type="application/json").status_code == 200
    assert client.get(address(proxy)).json()["allowed_ips"] == []


def test_the_form_of_the_use_case_does_not_change_the_lists(client_of, proxy):
    page = f"/app/integrations/{proxy.integration_id}/use-cases/{proxy.pk}"
    changed = json.dumps(STORED | {"allowed_ips": ["0.0.0.0/0"]})
    form = {"name": proxy.name, "slug": proxy.slug, "enabled": "on", "configuration": changed, "version": "1"}
    assert client_of(OWNER).post(page, form).status_code == 422
    proxy.refresh_from_db()
    assert proxy.configuration == STORED


def command(*arguments: str) -> str:
    out = io.StringIO()
    call_command("hub_secure_proxy_whitelist", *arguments, stdout=out)
    return out.getvalue()


NAMED = ("--organization", "home", "--use-case", "plant-link")


def test_the_operator_shows_and_changes_lists_on_the_server(proxy, organization):
    command("set", *NAMED, "--ips", "10.0.2.0/24", "10.0.3.7", "--reason", "second plant")
    assert json.loads(command("show", *NAMED, "--json"))["allowed_ips"] == ["10.0.2.0/24", "10.0.3.7/32"]
    [change] = json.loads(command("history", *NAMED, "--json"))["history"]
    assert (change["actor"], change["reason"]) == ("operator", "second plant")
    command("set", *NAMED, "--ips", "--reason", "closed")
    assert json.loads(command("show", *NAMED, "--json"))["allowed_ips"] == []


@pytest.mark.parametrize("wrong", ["*.com", "*", "api.*.com"])
def test_a_typing_error_of_the_operator_is_refused(proxy, wrong):
    with pytest.raises(CommandError) as refusal:
        command("set", *NAMED, "--domains", wrong, "--reason", "x")
    assert str(refusal.value).count("allowed_domains[0]") == 1


def test_a_name_that_several_have_needs_the_integration(proxy, organization):
    other = make_integration(organization=organization)
    make_use_case(integration=other, type=UseCaseType.SECURE_PROXY, slug="plant-link", configuration=dict(STORED))
    with pytest.raises(CommandError):
        command("show", *NAMED)
    assert command("show", *NAMED, "--integration", str(proxy.integration_id))
