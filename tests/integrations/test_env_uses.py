"""Which integrations and use cases refer to a variable."""

from __future__ import annotations

from integrations.env_uses import places
from tests.builders import make_integration, make_use_case


def uses(organization, key="erp.host"):
    """What refers to the key, in words."""
    return [str(place) for place in places(organization.pk) if place.mentioned.has(key)]


def test_a_use_case_that_refers_to_a_key_is_named_with_its_integration(organization):
    integration = make_integration(organization=organization, name="SAP")
    make_use_case(integration=integration, slug="customer", configuration={"url": "https://{{env.erp.host}}/x"})
    make_use_case(integration=integration, slug="other", configuration=None)
    assert uses(organization) == ["use case customer of SAP"]


def test_an_integration_refers_to_the_keys_of_its_connector_and_to_those_it_declares(organization):
    declared = [{"key": "erp.host", "label": "Host", "type": "String"}]
    make_integration(organization=organization, name="SAP", environment_config=declared)
    make_integration(organization=organization, name="Wilken", connector_config={"base_url": "{{env.erp.host}}"})
    assert sorted(uses(organization)) == ["integration SAP", "integration Wilken"]


def test_configurations_of_a_neighbour_are_no_uses(stage):
    integration = make_integration(organization=stage.next_door, connector_config={"base_url": "{{env.erp.host}}"})
    make_use_case(integration=integration, configuration={"url": "{{env.erp.host}}"})
    assert uses(stage.home) == []


def test_the_number_of_queries_does_not_depend_on_the_number_of_configurations(organization, count_queries):
    for _ in range(5):
        make_use_case(integration=make_integration(organization=organization))
    with count_queries() as counted:
        places(organization.pk)
    assert len(counted) == 2
