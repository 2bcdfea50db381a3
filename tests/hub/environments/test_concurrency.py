"""Writers at the same moment: one first data key, one variable per key, nothing that cannot be read."""

from __future__ import annotations

import pytest

from hub.accounts.audit import SYSTEM, verify
from hub.accounts.models import Organization
from hub.environments.changes import VariableChanges
from hub.environments.models import DataKey
from hub.environments.operations.author import Author
from hub.environments.operations.variables import create_variable, put_variable
from hub.environments.resolve import resolve_all, seal, unseal
from hub.environments.rotation import rotate_data_key
from hub.errors import Conflict
from tests.builders import NOW
from tests.hub.entities.conftest import file_store, in_threads  # noqa: F401 -- a fixture

WRITERS = 8


@pytest.fixture
def author(file_store):  # noqa: F811 -- a fixture
    """An author whose database takes several connections."""
    return Author(organization=file_store.organization, actor=SYSTEM, is_owner=True, at=NOW)


def fresh(author):
    """The organization as a request of its own would have it."""
    organization = Organization.objects.get(pk=author.organization.pk)
    return Author(organization=organization, actor=SYSTEM, is_owner=True, at=NOW)


def putting(author, key, value="value"):
    """Writes the variable."""
    changes = VariableChanges.parse({"type": "SecretString", "value": value})
    return lambda: put_variable(author=fresh(author), key=key, changes=changes)[1]


def test_those_who_seal_first_share_one_data_key(author):
    sealed = in_threads(*[lambda: seal(author.organization.pk, "place", "hush-hush", NOW)] * WRITERS)
    assert DataKey.objects.of(author.organization).count() == 1
    assert {unseal(author.organization.pk, "place", each) for each in sealed} == {"hush-hush"}


def test_of_many_that_put_one_key_one_makes_it(author):
    answers = in_threads(*[putting(author, "same")] * WRITERS)
    assert sorted(answers) == [False] * (WRITERS - 1) + [True]


def test_of_many_that_create_one_key_one_does(author):
    def create():
        try:
            return create_variable(author=fresh(author), key="same", changes=VariableChanges()).key
        except Conflict as failure:
            return failure.code

    assert sorted(in_threads(*[create] * WRITERS)) == ["KEY_EXISTS"] * (WRITERS - 1) + ["same"]


def test_values_written_while_a_data_key_is_replaced_are_readable(author):
    in_threads(putting(author, "first", "first-value"))

    def rotate():
        rotate_data_key(organization=fresh(author).organization, actor=SYSTEM, at=NOW)
        return True

    keys = [f"k{number}" for number in range(WRITERS)]
    in_threads(*[work for key in keys for work in (putting(author, key), rotate)])
    texts = [f"{{{{env.{key}}}}}" for key in ["first", *keys]]
    found = resolve_all(texts, organization_id=author.organization.pk)
    assert found.texts == ("first-value", *["value"] * WRITERS)
    assert list(verify(author.organization)) == []
