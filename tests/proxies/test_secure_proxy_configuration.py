"""What of a secure proxy may be written, and what never changes."""

from __future__ import annotations

from uuid import UUID

import pytest

from hub.accounts.models import Organization
from hub.errors import Invalid
from hub.json_types import ROOT
from integrations.kinds import Target
from proxies.kinds import SecureProxyKind
from tests.builders import NOW

STORED = {"vpc_mode": "secure_link", "allowed_domains": ["a.example.com"], "allowed_ips": ["10.0.0.0/24"]}
KIND = SecureProxyKind()


def complete(raw, stored):
    """What would be stored."""
    KIND.parse(raw, ROOT)
    return KIND.complete(raw, stored=stored, target=Target(Organization(), UUID(int=1), NOW), at=ROOT)


def refused(raw, stored):
    """The code and the path of the refusal."""
    with pytest.raises(Invalid) as refusal:
        complete(raw, stored)
    return refusal.value.code, [detail.path for detail in refusal.value.details]


@pytest.mark.parametrize("raw", [{"vpc_mode": "static_ip"}, {"vpc_mode": "secure_link", "allowed_domains": []}])
def test_a_new_one_needs_its_mode_and_may_have_empty_lists(raw):
    assert complete(raw, None) == raw


@pytest.mark.parametrize("raw", [{}, {"vpc_mode": None}, {"vpc_mode": "direct"}, {"vpc_mode": []}])
def test_the_mode_is_required(raw):
    assert refused(raw, None) == ("VALIDATION_ERROR", ["vpc_mode"])


@pytest.mark.parametrize(
    ("raw", "path"),
    [({"allowed_domains": "x"}, "allowed_domains"), ({"allowed_ips": [1]}, "allowed_ips[0]")],
)
def test_lists_are_lists_of_texts(raw, path):
    assert refused({"vpc_mode": "static_ip"} | raw, None) == ("VALIDATION_ERROR", [path])


@pytest.mark.parametrize("name", ["allowed_domains", "allowed_ips"])
def test_nobody_fills_a_list_of_a_new_one(name):
    assert refused({"vpc_mode": "static_ip", name: ["x"]}, None) == ("READ_ONLY_FIELD", [name])


def test_the_stored_mode_stays():
    assert refused(STORED | {"vpc_mode": "static_ip"}, STORED) == ("READ_ONLY_FIELD", ["vpc_mode"])


def test_a_mode_that_is_still_unset_may_be_set():
    assert complete({"vpc_mode": "static_ip"}, {}) == {"vpc_mode": "static_ip"}


def test_lists_that_are_left_out_are_kept():
    assert complete({"vpc_mode": "secure_link", "note": 1}, STORED) == STORED | {"note": 1}


def test_lists_that_are_sent_back_as_they_are_change_nothing():
    assert complete(STORED, STORED) == STORED


@pytest.mark.parametrize("sent", [[], ["b.example.com"], ["a.example.com", "b.example.com"]])
def test_other_lists_than_the_stored_ones_are_refused(sent):
    assert refused(STORED | {"allowed_domains": sent}, STORED) == ("READ_ONLY_FIELD", ["allowed_domains"])


def test_an_empty_list_where_none_is_stored_changes_nothing():
    stored = {"vpc_mode": "static_ip"}
    assert complete(stored | {"allowed_ips": []}, stored) == stored


def test_a_configuration_with_a_mode_cannot_be_taken_away():
    with pytest.raises(Invalid) as refusal:
        KIND.check_removal(STORED, ROOT)
    assert refusal.value.code == "READ_ONLY_FIELD"
