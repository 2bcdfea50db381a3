"""…/use-cases: fields, slugs and configurations."""

from __future__ import annotations

import uuid

import pytest

from hub.accounts.models import AuditEntry
from integrations.changes.use_case import CONFIGURATION_BYTES
from integrations.models import Tombstone, UseCase
from tests.builders import make_integration, make_use_case
from tests.integrations.configurations import CONFIGURATIONS, INBOUND, MANAGED_CALL
from tests.integrations.conftest import path_of, paths

NEW = {"name": "Customers", "type": "inbound", "enabled": True}


def create(api, integration, **fields):
    """POST a use case."""
    return api.post(f"{path_of(integration)}/use-cases", NEW | fields)


@pytest.mark.parametrize("type", CONFIGURATIONS)
def test_each_type_is_created_with_its_configuration(api, integration, type):
    answer = create(api, integration, type=type, configuration=CONFIGURATIONS[type])
    assert (answer.status_code, answer.json()["type"]) == (201, type)


@pytest.mark.parametrize("type", ["inbound", "file_proxy", "managed_call", "secure_proxy"])
def test_a_configuration_comes_back_as_it_was_sent_with_keys_nobody_knows(api, integration, type):
    sent = {"zzz": {"b": 1, "a": [None]}} | CONFIGURATIONS[type] | {"aaa": "x"}
    created = create(api, integration, type=type, configuration=sent).json()
    stored = api.get(f"{path_of(integration)}/use-cases/{created['id']}").json()["configuration"]
    assert list(stored.items()) == list(sent.items())


def test_a_new_use_case_is_answered_with_what_it_has_and_nothing_more(api, integration):
    stored = create(api, integration, change_description="ignored").json()
    assert stored == NEW | {
        "id": str(UseCase.objects.get().pk),
        "integrationId": str(integration.pk),
        "slug": "customers",
        "created_at": "2026-01-15T08:00:00.000Z",
        "updated_at": "2026-01-15T08:00:00.000Z",
    }


def test_a_new_use_case_has_an_empty_history(api, integration):
    created = create(api, integration).json()
    path = f"{path_of(integration)}/use-cases/{created['id']}/history"
    assert api.get(path).json() == {"history": []}


def test_the_list_is_ordered_by_creation_and_holds_this_integration_alone(api, integration, organization, clock):
    late = make_use_case(integration=integration, created_at=clock.move(hours=1))
    early = make_use_case(integration=integration)
    make_use_case(integration=make_integration(organization=organization))
    listed = api.get(f"{path_of(integration)}/use-cases").json()["use_cases"]
    assert [one["id"] for one in listed] == [str(early.pk), str(late.pk)]


def test_the_list_of_an_unknown_integration_is_404(api, integration):
    answer = api.get(f"/v1/integrations/{uuid.uuid4()}/use-cases")
    assert (answer.status_code, answer.json()["code"]) == (404, "INTEGRATION_NOT_FOUND")


def test_the_list_costs_the_same_number_of_queries_however_long_it_is(api, use_case, count_queries):
    path = f"{path_of(use_case.integration)}/use-cases"
    api.get(path)
    with count_queries() as few:
        api.get(path)
    for _ in range(5):
        make_use_case(integration=use_case.integration)
    with count_queries() as many:
        api.get(path)
    assert len(many) == len(few) <= 3


def test_a_use_case_of_another_integration_is_404(api, use_case, organization):
    other = make_integration(organization=organization)
    answer = api.get(f"{path_of(other)}/use-cases/{use_case.pk}")
    assert (answer.status_code, answer.json()["code"]) == (404, "USE_CASE_NOT_FOUND")


@pytest.mark.parametrize("missing", ["name", "type", "enabled"])
def test_name_type_and_enabled_are_required(api, integration, missing):
    body = {key: value for key, value in NEW.items() if key != missing}
    answer = api.post(f"{path_of(integration)}/use-cases", body)
    assert (answer.status_code, paths(answer)) == (400, [missing])


@pytest.mark.parametrize(
    ("sent", "path"),
    [
        ({"name": ""}, "name"),
        ({"name": None}, "name"),
        ({"name": "x" * 256}, "name"),
        ({"enabled": "true"}, "enabled"),
        ({"enabled": None}, "enabled"),
        ({"enabled": 1}, "enabled"),
        ({"type": None}, "type"),
        ({"type": "webhook"}, "type"),
        ({"type": {}}, "type"),
        ({"slug": "Upper"}, "slug"),
        ({"slug": "-x"}, "slug"),
        ({"slug": ""}, "slug"),
        ({"slug": "x" * 256}, "slug"),
        ({"slug": "a\n"}, "slug"),
        ({"slug": 1}, "slug"),
        ({"change_description": 1}, "change_description"),
        ({"change_description": "x" * 2001}, "change_description"),
        ({"configuration": []}, "configuration"),
        ({"configuration": "x"}, "configuration"),
        ({"configuration": {"entities": [{}]}}, "configuration.entities[0].entity_schema"),
        ({"configuration": {"version": "2.0", "mapping": {"events": {}}}}, "configuration.mapping"),
    ],
)
def test_a_field_that_breaks_a_rule_is_refused_by_its_path(api, use_case, sent, path):
    answer = api.put(path_of(use_case), sent)
    assert (answer.status_code, answer.json()["code"]) == (400, "VALIDATION_ERROR")
    assert path in paths(answer)


def test_another_type_is_refused(api, use_case):
    answer = api.put(path_of(use_case), {"type": "outbound"})
    assert (answer.status_code, answer.json()["code"], paths(answer)) == (400, "TYPE_IMMUTABLE", ["type"])


def test_the_same_type_is_accepted(api, use_case):
    assert api.put(path_of(use_case), {"type": "inbound"}).status_code == 200


def test_a_configuration_is_checked_against_the_stored_type(api, integration):
    stored = make_use_case(integration=integration, type="managed_call", configuration=MANAGED_CALL)
    assert paths(api.put(path_of(stored), {"configuration": INBOUND})) == ["configuration.operation"]


def test_a_configuration_replaces_the_stored_one_whole(api, integration):
    stored = make_use_case(integration=integration, configuration=INBOUND | {"note": "x"})
    assert api.put(path_of(stored), {"configuration": INBOUND}).json()["configuration"] == INBOUND


def test_null_clears_a_configuration(api, use_case):
    assert "configuration" not in api.put(path_of(use_case), {"configuration": None}).json()


def test_an_omitted_configuration_is_kept(api, integration):
    stored = make_use_case(integration=integration, configuration=INBOUND)
    assert api.put(path_of(stored), {"name": "New"}).json()["configuration"] == INBOUND


def test_a_configuration_that_is_too_large_is_refused(api, use_case):
    answer = api.put(path_of(use_case), {"configuration": {"note": "x" * CONFIGURATION_BYTES}})
    assert (answer.status_code, paths(answer)) == (400, ["configuration"])


def test_an_integer_beyond_64_bits_is_refused(api, use_case):
    answer = api.put(path_of(use_case), {"configuration": {"note": 10**400}})
    assert (answer.status_code, paths(answer)) == (400, ["configuration"])


def test_an_expression_that_does_not_compile_is_refused_with_path_line_and_column(api, integration):
    broken = MANAGED_CALL | {"request_mapping": '{\n  "a": (\n}'}
    answer = create(api, integration, type="managed_call", configuration=broken)
    assert (answer.status_code, paths(answer)) == (400, ["configuration.request_mapping"])
    assert "line" in answer.json()["message"]


def test_every_expression_that_does_not_compile_is_named(api, integration):
    broken = MANAGED_CALL | {"request_mapping": "((", "response_mapping": "(("}
    answer = create(api, integration, type="managed_call", configuration=broken)
    assert paths(answer) == ["configuration.request_mapping", "configuration.response_mapping"]


def test_an_expression_longer_than_32_kilobytes_is_refused(api, integration):
    long = MANAGED_CALL | {"request_mapping": '"' + "x" * 32 * 1024 + '"'}
    answer = create(api, integration, type="managed_call", configuration=long)
    assert paths(answer) == ["configuration.request_mapping"]


def test_an_expression_made_to_crash_the_compiler_is_refused(api, integration):
    attack = MANAGED_CALL | {"request_mapping": "(" * 10_000}
    answer = create(api, integration, type="managed_call", configuration=attack)
    assert (answer.status_code, paths(answer)) == (400, ["configuration.request_mapping"])


def test_a_refused_update_writes_nothing(api, use_case):
    api.put(path_of(use_case), {"name": "New", "slug": "other"})
    assert (UseCase.objects.get().name, AuditEntry.objects.exists()) == ("Customers", False)


def test_a_derived_slug_avoids_those_that_are_taken(api, use_case):
    slugs = [create(api, use_case.integration).json()["slug"] for _ in range(2)]
    assert slugs == ["customers-2", "customers-3"]


def test_null_in_place_of_a_slug_asks_for_a_derived_one(api, integration):
    assert create(api, integration, slug=None).json()["slug"] == "customers"


def test_a_slug_that_is_taken_is_refused_whatever_the_type(api, use_case):
    answer = create(api, use_case.integration, slug="customers", type="outbound")
    assert (answer.status_code, answer.json()["code"], paths(answer)) == (400, "SLUG_NOT_UNIQUE", ["slug"])


def test_two_integrations_may_use_one_slug(api, use_case, organization):
    assert create(api, make_integration(organization=organization), slug="customers").status_code == 201


def test_a_derived_slug_may_be_replaced_once(api, integration):
    path = f"{path_of(integration)}/use-cases/{create(api, integration).json()['id']}"
    first, second = (api.put(path, {"slug": slug}) for slug in ("clients", "people"))
    assert (first.json()["slug"], second.status_code, second.json()["code"]) == ("clients", 400, "SLUG_IMMUTABLE")


def test_sending_a_derived_slug_back_does_not_fix_it(api, integration):
    path = f"{path_of(integration)}/use-cases/{create(api, integration).json()['id']}"
    api.put(path, {"slug": "customers"})
    assert api.put(path, {"slug": "clients"}).json()["slug"] == "clients"


def test_a_derived_slug_is_not_replaced_by_one_that_is_taken(api, use_case):
    created = create(api, use_case.integration).json()
    answer = api.put(f"{path_of(use_case.integration)}/use-cases/{created['id']}", {"slug": "customers"})
    assert answer.json()["code"] == "SLUG_NOT_UNIQUE"


def test_a_slug_that_a_client_chose_never_changes(api, use_case):
    answer = api.put(path_of(use_case), {"slug": "clients"})
    assert (answer.status_code, answer.json()["code"]) == (400, "SLUG_IMMUTABLE")


def test_the_same_slug_changes_nothing(api, use_case):
    api.put(path_of(use_case), {"slug": "customers"})
    assert UseCase.objects.get().version == 1


def test_another_name_leaves_a_derived_slug_alone(api, integration):
    path = f"{path_of(integration)}/use-cases/{create(api, integration).json()['id']}"
    assert api.put(path, {"name": "Clients"}).json()["slug"] == "customers"


def test_deleting_takes_the_history_along_and_leaves_a_tombstone(api, use_case):
    api.put(path_of(use_case), {"enabled": False})
    answer = api.delete(path_of(use_case))
    assert (answer.status_code, list(answer.json())) == (200, ["message"])
    assert (UseCase.history.count(), Tombstone.objects.get().slug) == (0, "customers")


def test_deleting_twice_is_404(api, use_case):
    assert [api.delete(path_of(use_case)).status_code for _ in range(2)] == [200, 404]


def test_every_write_leaves_an_audit_entry(api, integration):
    path = f"{path_of(integration)}/use-cases/{create(api, integration).json()['id']}"
    api.put(path, {"enabled": False, "configuration": INBOUND})
    api.put(path, {"enabled": False})
    api.delete(path)
    trail = AuditEntry.objects.order_by("sequence")
    assert [entry.action for entry in trail] == ["use_case.create", "use_case.update", "use_case.delete"]


def test_the_audit_trail_names_what_changed(api, use_case):
    api.put(path_of(use_case), {"enabled": False, "configuration": INBOUND})
    expected = {"version": 2, "enabled": [True, False], "configuration": ["entities[0]"]}
    assert AuditEntry.objects.get().changes == expected


def test_a_secure_proxy_with_its_mode_alone_is_created_and_keeps_the_mode(api, integration):
    body = {"name": "Link", "type": "secure_proxy", "enabled": True, "configuration": {"vpc_mode": "secure_link"}}
    created = api.post(f"{path_of(integration)}/use-cases", body)
    assert created.status_code == 201
    path = f"{path_of(integration)}/use-cases/{created.json()['id']}"
    changed = api.put(path, {"configuration": {"vpc_mode": "static_ip"}})
    assert (changed.status_code, changed.json()["code"]) == (400, "READ_ONLY_FIELD")


def test_a_schema_that_nobody_defined_is_warned_of_when_it_is_saved(api, integration):
    target = {"entity_schema": "konto", "unique_ids": [{"attribute": "external_id", "constant": "1"}]}
    fields = [
        {"attribute": "external_id", "field": "id"},
        {"attribute": "account", "relations": {"items": [target]}},
    ]
    entry = {"entity_schema": "kontakt", "unique_ids": ["external_id"], "fields": fields}
    answer = create(api, integration, configuration={"entities": [entry]})
    assert answer.status_code == 201
    at = "configuration.entities[0]"
    assert [one["path"] for one in answer.json()["warnings"]] == [
        f"{at}.entity_schema",
        f"{at}.fields[1].relations.items[0].entity_schema",
    ]
    stored = api.get(f"{path_of(integration)}/use-cases/{answer.json()['id']}").json()
    assert "warnings" not in stored
