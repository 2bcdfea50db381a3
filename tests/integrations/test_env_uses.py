"""Which configurations refer to a variable."""

from __future__ import annotations

import pytest

from integrations.env_uses import uses_of
from tests.builders import make_integration, make_use_case


@pytest.fixture
def used(organization):
    """Whether a use case of this configuration counts as a use of the key."""

    def used(configuration, key="erp.host"):
        integration = make_integration(organization=organization, name="SAP")
        make_use_case(integration=integration, slug="customer", configuration=configuration)
        return uses_of(organization.pk, key) == ["use case customer of SAP"]

    return used


@pytest.mark.parametrize(
    "configuration",
    [
        {"url": "https://{{env.erp.host}}/x"},
        {"url": "https://\\{{ env.ERP.HOST }}/x"},
        {"entities": [{"fields": [{"attribute": "a", "env_var_ref": {"key": "erp.host"}}]}]},
        {"mapping": '$lookup($env, "erp.host")'},
        {"mapping": "$env.`erp.host`"},
    ],
)
def test_references_lookups_and_expressions_are_uses(used, configuration):
    assert used(configuration)


@pytest.mark.parametrize(
    "configuration",
    [
        None,
        {},
        {"url": "https://{{env.erp.hostname}}/x"},
        {"url": "https://erp.host/x"},
        {"env_var_ref": {"key": "erp.hosts"}},
        {"mapping": "$env.`erp.host-2`"},
    ],
)
def test_what_only_looks_alike_is_no_use(used, configuration):
    assert not used(configuration)


def test_a_word_of_an_expression_after_env_is_a_use(used):
    assert used({"mapping": "$env.host & 'x'"}, "host")


def test_configurations_of_a_neighbour_are_no_uses(stage):
    integration = make_integration(organization=stage.next_door, connector_config={"base_url": "{{env.erp.host}}"})
    make_use_case(integration=integration, configuration={"url": "{{env.erp.host}}"})
    assert uses_of(stage.home.pk, "erp.host") == []


def test_the_number_of_queries_does_not_depend_on_the_number_of_configurations(organization, count_queries):
    for _ in range(5):
        make_use_case(integration=make_integration(organization=organization))
    with count_queries() as counted:
        uses_of(organization.pk, "a")
    assert len(counted) == 2
