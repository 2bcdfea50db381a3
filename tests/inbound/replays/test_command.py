"""manage.py hub_replay: the same act as on the page, for whoever runs the server."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from hub.jobs.models import Job
from tests.inbound.conftest import Erp, customer
from tests.inbound.replays.conftest import finish, made, synced

pytestmark = pytest.mark.django_db


def told(*words: str) -> dict[str, object]:
    out = StringIO()
    call_command("hub_replay", "--organization", "home", "--json", *words, stdout=out)
    answer: dict[str, object] = json.loads(out.getvalue())
    return answer


def test_a_dry_run_counts_and_starts_nothing(erp: Erp) -> None:
    synced(erp, 2)
    erp.sync(customer("C-0", "Newer"))
    answer = told("--dry-run")
    assert (answer["total"], answer["runs"], answer["left_out"]) == (3, 2, {"STALE_EVENT": 1})
    assert not Job.objects.exists()


def test_the_filter_is_that_of_the_list(erp: Erp) -> None:
    synced(erp, 1)
    erp.sync({"NAME": {}})
    assert told("--dry-run", "--filter", "status=error")["total"] == 1


def test_it_starts_a_job_and_names_it(erp: Erp) -> None:
    synced(erp, 2)
    job = Job.objects.get(pk=str(told("--reason", "Wrong tariff")["job_id"]))
    finish()
    assert (job.reason, job.actor_type, len(made(job))) == ("Wrong tariff", "operator", 2)


def test_a_refusal_is_one_sentence(erp: Erp) -> None:
    with pytest.raises(CommandError, match="None of the events can run"):
        told()


def test_a_filter_that_cannot_be_read_is_a_refusal(erp: Erp) -> None:
    synced(erp, 1)
    with pytest.raises(CommandError, match="status='eror'"):
        told("--filter", "status=eror&window=7d")
    assert not Job.objects.exists()
