"""Every sealed value is opened, with a few in memory, and what does not open is named with the key that it wants."""

from __future__ import annotations

import pytest

from hub.environments import sealed_values
from hub.environments.models import Variable
from hub.environments.sealed_values import lost_values
from tests.builders import make_organization, make_secret


@pytest.fixture
def _few_at_once(monkeypatch):
    monkeypatch.setattr(sealed_values, "AT_ONCE", 10)


@pytest.mark.usefixtures("_few_at_once")
def test_the_values_of_an_organization_cost_a_query_for_so_many_and_one_for_its_keys(db, django_assert_num_queries):
    organization = make_organization()
    for number in range(25):
        make_secret(organization=organization, key=f"erp.password_{number}")
    with django_assert_num_queries(3 + 1 + len(["webhooks", "signing keys", "channels", "file proxies", "answers"])):
        assert list(lost_values()) == []


def test_a_master_key_of_the_same_name_that_is_another_key_counts_as_missing(db, settings):
    make_secret(organization=make_organization(), key="erp.password")
    [name] = settings.HUB_MASTER_KEYS
    settings.HUB_MASTER_KEYS = {name: bytes(32)}
    assert [(one.place, one.master_key_id) for one in lost_values()] == [("erp.password", name)]


def test_what_is_no_sealed_text_at_all_is_named_without_a_key(db):
    make_secret(organization=make_organization(), key="erp.password")
    Variable.objects.update(sealed="nonsense")
    assert [(one.place, one.master_key_id) for one in lost_values()] == [("erp.password", "")]
