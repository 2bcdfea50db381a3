"""What a prune may remove unasked: shown and set by whoever runs the server, recorded, checked."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from hub.accounts.models import AuditEntry, Organization
from hub.entities.guard import guard_of


def run(*words: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command("hub_organization", "prune-guard", "--slug", "home", "--json", *words, stdout=out)
    return dict(json.loads(out.getvalue()))


def test_the_usual_limits_are_shown_and_nothing_is_written(organization: Organization) -> None:
    assert run() == {"organization": "home", "most": 50, "share": 0.2}
    assert (Organization.objects.get(slug="home").settings, AuditEntry.objects.count()) == ({}, 0)


def test_a_limit_is_set_and_the_other_one_stays(organization: Organization) -> None:
    run("--most", "500")
    assert run("--share", "0.5") == {"organization": "home", "most": 500, "share": 0.5}
    assert (guard_of(organization.pk).most, guard_of(organization.pk).share) == (500, 0.5)


def test_other_settings_of_the_organization_stay(organization: Organization) -> None:
    Organization.objects.update(settings={"other": [1]})
    run("--most", "0")
    assert Organization.objects.get(slug="home").settings == {"other": [1], "prune_guard": {"most": 0, "share": 0.2}}


def test_a_new_limit_is_in_the_audit_trail_with_the_old_one(organization: Organization) -> None:
    run("--most", "500")
    (row,) = AuditEntry.objects.of(organization)
    assert (row.action, row.actor_type) == ("organization.prune_guard", "operator")
    assert row.changes == {"most": [50, 500], "share": ["0.2", "0.2"]}


def test_the_same_limits_again_are_no_change(organization: Organization) -> None:
    run("--most", "50", "--share", "0.2")
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    "words",
    [("--most", "-1"), ("--most", "1000000001"), ("--share", "1.1"), ("--share", "-0.1"), ("--share", "nan"),
     ("--share", "inf"), ("--most", "many")],
)  # fmt: skip
def test_a_limit_that_makes_no_sense_ends_with_one_sentence(organization: Organization, words: tuple[str, ...]) -> None:
    with pytest.raises(CommandError, match=words[0].removeprefix("--")):
        run(*words)
    assert Organization.objects.get(slug="home").settings == {}


@pytest.mark.django_db
def test_an_unknown_organization_ends_with_one_sentence() -> None:
    with pytest.raises(CommandError, match="no organization called home"):
        run()
