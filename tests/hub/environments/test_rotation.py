"""Master keys and data keys are replaced while values stay readable."""

from __future__ import annotations

import io
import json

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from hub.accounts.models import AuditEntry
from hub.environments import rotation
from hub.environments.models import DataKey, Variable
from hub.environments.resolve import SecretUnavailable, forget_all, lookup, seal, unseal
from hub.environments.rotation import refuse_wrong_master_keys
from tests.builders import NOW, make_organization, make_secret, make_variable
from tests.hub.environments.conftest import NEW_KEY, OLD_KEY

OLD, NEW = {"old": OLD_KEY}, {"new": NEW_KEY}
BOTH = NEW | OLD


def run(*words):
    out = io.StringIO()
    call_command("hub_rotate_keys", *words, stdout=out)
    return out.getvalue()


def run_json(*words):
    return json.loads(run(*words, "--json"))


def read(organization):
    """The secret, as a process that was just started reads it."""
    forget_all()
    return lookup(["k"], organization_id=organization.pk).texts["k"]


@pytest.fixture
def old_rows(stage, settings):
    """A secret in each organization, stored under the old master key."""
    settings.HUB_MASTER_KEYS = OLD
    for organization in (stage.home, stage.next_door):
        make_secret(organization=organization, key="k", value=f"secret of {organization.slug}")
    return stage


def test_values_are_readable_before_during_and_after_a_rotation(old_rows, settings, monkeypatch):
    def readable():
        return [read(old_rows.home), read(old_rows.next_door)] == ["secret of home", "secret of next-door"]

    monkeypatch.setattr(rotation, "BATCH", 1)
    settings.HUB_MASTER_KEYS = BOTH
    assert readable()
    rotation._rewrap_batch()
    assert set(DataKey.objects.values_list("master_key_id", flat=True)) == {"old", "new"}
    assert readable()
    assert run_json("rewrap")["moved"] == 1
    settings.HUB_MASTER_KEYS = NEW
    assert readable()


def test_the_check_says_which_keys_are_still_needed(old_rows, settings):
    settings.HUB_MASTER_KEYS = BOTH
    before = {"first": "new", "data_keys": {"old": 2}, "still_needed": ["old"], "clean": False}
    assert run_json("check") == before
    run("rewrap")
    assert run_json("check") == {"first": "new", "data_keys": {"new": 2}, "still_needed": [], "clean": True}


def test_moving_keys_twice_changes_nothing(old_rows, settings):
    settings.HUB_MASTER_KEYS = BOTH
    run("rewrap")
    stored = list(DataKey.objects.order_by("pk").values())
    assert run_json("rewrap")["moved"] == 0
    assert list(DataKey.objects.order_by("pk").values()) == stored


def test_values_themselves_are_not_touched_by_a_new_master_key(old_rows, settings):
    stored = list(Variable.objects.order_by("pk").values())
    settings.HUB_MASTER_KEYS = BOTH
    run("rewrap")
    assert list(Variable.objects.order_by("pk").values()) == stored


def test_what_is_stored_during_a_rotation_lies_under_the_new_key(old_rows, settings):
    settings.HUB_MASTER_KEYS = BOTH
    later = make_organization()
    make_secret(organization=later, key="k", value="stored later")
    settings.HUB_MASTER_KEYS = NEW
    assert read(later) == "stored later"


def test_a_key_that_was_removed_too_early_is_named_and_nothing_is_moved(old_rows, settings):
    settings.HUB_MASTER_KEYS = NEW
    for act in ("check", "rewrap"):
        with pytest.raises(CommandError, match="old"):
            run(act)
    assert set(DataKey.objects.values_list("master_key_id", flat=True)) == {"old"}
    with pytest.raises(SecretUnavailable):
        read(old_rows.home)
    settings.HUB_MASTER_KEYS = BOTH
    assert read(old_rows.home) == "secret of home"


@pytest.mark.parametrize("wrong", [NEW, {"old": NEW_KEY}], ids=["missing", "another of the same id"])
def test_keys_that_do_not_fit_the_database_stop_the_start_in_one_sentence(old_rows, settings, wrong):
    settings.HUB_MASTER_KEYS = wrong
    with pytest.raises(ImproperlyConfigured, match=r"does not open what this database holds: the key old is missing"):
        refuse_wrong_master_keys()
    with pytest.raises(CommandError, match="HUB_MASTER_KEYS does not open"):
        call_command("hub_worker", once=True)


@pytest.mark.parametrize("fitting", [OLD, BOTH, OLD | NEW])
def test_keys_that_fit_stop_nothing(old_rows, settings, fitting):
    settings.HUB_MASTER_KEYS = fitting
    assert refuse_wrong_master_keys() is None


def test_the_look_at_the_start_costs_the_same_however_many_organizations_there_are(old_rows, count_queries):
    with count_queries() as counted:
        refuse_wrong_master_keys()
    assert len(counted) == 2


def test_an_organization_gets_a_new_data_key_and_its_values_with_it(old_rows):
    home = old_rows.home
    make_variable(organization=home, key="later", value=None)
    before = set(Variable.objects.of(home).exclude(sealed=None).values_list("sealed", flat=True))
    assert run_json("data-key", "--organization", "home") == {"organization": "home", "data_key": 2, "values": 1}
    after = Variable.objects.of(home).exclude(sealed=None).values_list("sealed", flat=True)
    assert (read(home), before & set(after)) == ("secret of home", set())
    assert all(sealed.startswith("v1.2.") for sealed in after)


def test_a_new_data_key_of_one_organization_leaves_the_others_alone(old_rows):
    run("data-key", "--organization", "home")
    assert list(DataKey.objects.of(old_rows.next_door).values_list("number", flat=True)) == [1]
    assert read(old_rows.next_door) == "secret of next-door"


def test_what_other_rooms_sealed_stays_readable_after_a_new_data_key(old_rows):
    sealed = seal(old_rows.home.pk, "webhook.7", "hush", NOW)
    run("data-key", "--organization", "home")
    assert unseal(old_rows.home.pk, "webhook.7", sealed) == "hush"


def test_a_new_data_key_with_a_value_that_does_not_open_changes_nothing(old_rows):
    Variable.objects.of(old_rows.home).update(sealed="v1.1.x.y")
    with pytest.raises(CommandError, match="k cannot be decrypted"):
        run("data-key", "--organization", "home")
    assert list(DataKey.objects.of(old_rows.home).values_list("number", flat=True)) == [1]


def test_an_organization_without_values_gets_its_key_too(organization):
    assert run_json("data-key", "--organization", "home")["values"] == 0


def test_rotations_leave_a_trace_without_keys(old_rows, settings):
    settings.HUB_MASTER_KEYS = BOTH
    run("rewrap")
    run("data-key", "--organization", "home")
    rows = AuditEntry.objects.order_by("pk").values_list("action", "object_id", "changes", "organization__slug")
    assert list(rows) == [
        ("master_key.rewrap", "new", {"data_keys": 2}, None),
        ("data_key.rotate", "2", {"values": 1}, "home"),
    ]


def test_lines_for_people_say_the_same(old_rows):
    assert "still_needed: []" in run("check")
