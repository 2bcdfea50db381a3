"""What lies in the database, and what it takes to read it."""

from __future__ import annotations

import pytest
from django.db import connection

from hub.environments.models import DataKey, Variable
from hub.environments.resolve import SecretUnavailable, lookup, open_values, seal, unseal, values_of
from tests.builders import NOW, make_secret, make_variable
from tests.hub.environments.conftest import NEW_KEY, OLD_KEY

SECRET = 's3cr3t-väl"ue'


def read(organization, key):
    return lookup([key], organization_id=organization.pk).texts[key]


def dump():
    """Every cell of every table of the room, as text."""
    with connection.cursor() as cursor:
        cells = []
        for model in (Variable, DataKey):
            cursor.execute(f"SELECT * FROM {model._meta.db_table}")
            cells += [str(cell) for row in cursor.fetchall() for cell in row]
    return "\n".join(cells)


def test_a_value_comes_back_as_it_went_in(organization):
    make_secret(organization=organization, key="k", value=SECRET)
    assert read(organization, "k") == SECRET


@pytest.mark.parametrize("kind", ["String", "SecretString", "Text"])
def test_a_dump_of_the_database_shows_no_value(organization, kind):
    make_variable(organization=organization, value="plain-4711", type=kind)
    assert "plain-4711" not in dump()
    assert "v1.1." in dump()


def test_the_same_value_never_looks_the_same(organization):
    rows = [make_secret(organization=organization, key=key, value=SECRET) for key in ("a", "b")]
    assert rows[0].sealed != rows[1].sealed


def test_organizations_have_data_keys_of_their_own(stage):
    for organization in (stage.home, stage.next_door):
        make_secret(organization=organization, key="k")
    assert len(set(DataKey.objects.values_list("organization_id", "wrapped"))) == 2


def test_a_value_copied_to_another_organization_does_not_open(stage):
    ours = make_secret(organization=stage.home, key="k", value=SECRET)
    theirs = make_secret(organization=stage.next_door, key="k", value="theirs")
    Variable.objects.filter(pk=theirs.pk).update(sealed=ours.sealed)
    with pytest.raises(SecretUnavailable) as refused:
        read(stage.next_door, "k")
    assert (refused.value.code, SECRET in refused.value.message) == ("SECRET_UNAVAILABLE", False)


def test_a_value_copied_with_its_data_key_does_not_open_either(stage):
    ours = make_secret(organization=stage.home, key="k", value=SECRET)
    theirs = make_secret(organization=stage.next_door, key="k", value="theirs")
    Variable.objects.filter(pk=theirs.pk).update(sealed=ours.sealed)
    wrapped = DataKey.objects.get(organization=stage.home).wrapped
    DataKey.objects.filter(organization=stage.next_door).update(wrapped=wrapped)
    with pytest.raises(SecretUnavailable):
        read(stage.next_door, "k")


def test_a_value_copied_to_another_key_does_not_open(organization):
    one, other = (make_secret(organization=organization, key=key) for key in ("one", "other"))
    Variable.objects.filter(pk=other.pk).update(sealed=one.sealed)
    with pytest.raises(SecretUnavailable, match="other"):
        read(organization, "other")


def test_a_secret_that_is_called_a_text_in_the_database_does_not_open(organization):
    row = make_secret(organization=organization, key="k", value=SECRET)
    Variable.objects.filter(pk=row.pk).update(type="String")
    with pytest.raises(SecretUnavailable):
        values_of(organization.pk)


@pytest.mark.parametrize("damaged", ["", "v1", "v1.1.x", "v2.1.a.b", "v1.one.a.b", "v1.9.a.b", "v1.1.*.*", "plain"])
def test_a_damaged_record_is_refused_by_name(organization, damaged):
    row = make_secret(organization=organization, key="k")
    Variable.objects.filter(pk=row.pk).update(sealed=damaged)
    with pytest.raises(SecretUnavailable, match=r"^k cannot be decrypted"):
        read(organization, "k")


def test_a_changed_byte_is_noticed(organization):
    row = make_secret(organization=organization, key="k")
    flipped = row.sealed[:-2] + ("A" if row.sealed[-2] != "A" else "B") + row.sealed[-1]
    Variable.objects.filter(pk=row.pk).update(sealed=flipped)
    with pytest.raises(SecretUnavailable):
        read(organization, "k")


def test_another_master_key_of_the_same_id_opens_nothing(organization, settings):
    settings.HUB_MASTER_KEYS = {"k": OLD_KEY}
    make_secret(organization=organization, key="k")
    settings.HUB_MASTER_KEYS = {"k": NEW_KEY}
    with pytest.raises(SecretUnavailable, match="HUB_MASTER_KEYS"):
        read(organization, "k")


def test_with_a_lost_master_key_nothing_new_is_sealed_in_its_place(organization, settings):
    settings.HUB_MASTER_KEYS = {"old": OLD_KEY}
    make_secret(organization=organization, key="k")
    settings.HUB_MASTER_KEYS = {"new": NEW_KEY}
    with pytest.raises(SecretUnavailable, match="data key 1"):
        make_secret(organization=organization, key="l")


def test_what_a_row_says_of_itself_is_no_value(organization):
    row = make_secret(organization=organization, key="k", value=SECRET)
    assert (str(row), SECRET in repr(vars(row))) == ("k", False)


def test_secrets_of_other_rooms_open_at_their_own_place_only(stage):
    sealed = seal(stage.home.pk, "webhook.7.signing_secret", SECRET, NOW)
    assert unseal(stage.home.pk, "webhook.7.signing_secret", sealed) == SECRET
    for organization, name in [(stage.home, "webhook.8.signing_secret"), (stage.next_door, "webhook.7.signing_secret")]:
        with pytest.raises(SecretUnavailable):
            unseal(organization.pk, name, sealed)


def test_a_sealed_text_of_another_room_is_no_variable(organization):
    row = make_secret(organization=organization, key="k")
    Variable.objects.filter(pk=row.pk).update(sealed=seal(organization.pk, "k", SECRET, NOW))
    with pytest.raises(SecretUnavailable):
        read(organization, "k")


def test_values_of_many_variables_open_with_one_query(organization, count_queries):
    rows = [make_variable(organization=organization) for _ in range(20)]
    with count_queries() as counted:
        assert len(open_values(organization.pk, rows)) == 20
    assert len(counted) == 1
