"""The doctor finds what is wrong, says what to do, and needs no database for that."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from datetime import timedelta
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection

from hub import health
from hub.doctor import egress_checks, place_checks
from hub.environments.models import DataKey, Variable
from inbound.models import QueuedEvent
from tests.builders import NOW, make_organization, make_secret
from tests.hub.http import receivers
from tests.hub.http.certificates import Authority, yesterday
from tests.hub_process import free_port, variables
from tools import ROOT


def examined():
    """Exit code, and check → its worst status with its sentences."""
    out, code = io.StringIO(), 0
    try:
        call_command("hub_doctor", "--json", stdout=out)
    except SystemExit as ended:
        code = int(ended.code)
    found = {}
    for one in json.loads(out.getvalue())["findings"]:
        found.setdefault(one["check"], []).append((one["status"], one["message"], one["advice"]))
    return code, found


@pytest.fixture
def _a_worker(db):
    health.beat(name="embedded", process_id=1, at=NOW)


def statuses(found, check):
    return [status for status, _, _ in found[check]]


def of_database_age(seconds):
    return UUID(int=int((NOW - timedelta(seconds=seconds)).timestamp() * 1000) << 80)


@pytest.mark.usefixtures("_a_worker")
def test_a_hub_that_is_well_has_no_failure():
    code, found = examined()
    assert code < 2
    assert statuses(found, "workers") + statuses(found, "migrations") + statuses(found, "database") == ["ok"] * 3


def test_without_a_worker_it_fails_and_says_how_to_start_one(db):
    code, found = examined()
    assert code == 2
    assert found["workers"][0][0] == "fail"
    assert "hub_worker" in found["workers"][0][2]


@pytest.mark.usefixtures("_a_worker")
@pytest.mark.parametrize(("age_s", "status"), [(60, "ok"), (1000, "warn")])
def test_events_that_wait_for_long_need_a_look(age_s, status):
    QueuedEvent.objects.create(sequence=1, lane_id=1, event_id=of_database_age(age_s), body_bytes=2)
    assert statuses(examined()[1], "queue inbound") == [status]


@pytest.mark.usefixtures("_a_worker")
def test_a_data_key_that_nothing_opens_is_a_failure():
    organization = make_organization()
    DataKey.objects.create(
        organization=organization, number=1, master_key_id="lost", wrapped="x", created_at=NOW - timedelta(days=400)
    )
    assert statuses(examined()[1], "keys") == ["fail", "warn"]


def test_a_database_that_is_away_is_a_failure_and_the_rest_is_still_examined(db, monkeypatch):
    def refuse():
        raise DatabaseError("gone")

    with monkeypatch.context() as broken:
        broken.setattr(connection, "ensure_connection", refuse)
        code, found = examined()
    assert (code, statuses(found, "database"), statuses(found, "keys")) == (2, ["fail"], ["warn"])
    assert "disk" in found


def test_the_command_ends_with_2_when_no_database_listens(tmp_path):
    away = {"DATABASE_URL": f"postgresql://nobody@127.0.0.1:{free_port()}/none"}
    answer = subprocess.run(
        [sys.executable, "manage.py", "hub_doctor"],
        cwd=ROOT,
        env=variables(tmp_path, 1) | away,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 2
    assert "fail  database: The database did not answer" in answer.stdout
    assert "Traceback" not in answer.stderr


def test_a_folder_that_cannot_be_written_to_is_a_failure(settings, tmp_path):
    settings.HUB_VAR_DIR = tmp_path / "missing"
    assert [one.grade.name for one in place_checks.var_dir()] == ["FAIL"]


def test_a_redis_that_does_not_answer_is_a_failure_without_its_password(settings):
    settings.HUB_REDIS_URL = f"redis://:s3cr3t-value@127.0.0.1:{free_port()}/0"
    (found,) = place_checks.redis_server()
    assert (found.grade.name, "s3cr3t" in found.message) == ("FAIL", False)


def test_a_server_without_tls_is_warned(settings, db):
    settings.HUB_DEVELOPMENT = False
    settings.HUB_BASE_URL = "http://hub.example.org"
    assert statuses(examined()[1], "base url") == ["warn"]


@pytest.mark.usefixtures("_a_worker")
def test_every_sealed_value_is_opened_and_the_missing_key_is_named(settings):
    organization = make_organization()
    make_secret(organization=organization, key="erp.password", value="s3cr3t-value")
    DataKey.objects.update(master_key_id="2019")
    kept = settings.HUB_MASTER_KEYS
    assert statuses(examined()[1], "secrets") == ["ok"]
    settings.HUB_MASTER_KEYS = {"2026": bytes(32)}
    [(status, message, advice)] = examined()[1]["secrets"]
    settings.HUB_MASTER_KEYS = kept
    assert (status, "2019" in message, "erp.password" in message) == ("fail", True, True)
    assert "HUB_MASTER_KEYS" in advice


@pytest.mark.usefixtures("_a_worker")
def test_a_value_that_was_damaged_is_named_without_a_key():
    make_secret(organization=make_organization(), key="erp.password", value="s3cr3t-value")
    Variable.objects.filter(key="erp.password").update(sealed=Variable.objects.get(key="erp.password").sealed[:-4])
    [(status, message, advice)] = examined()[1]["secrets"]
    assert (status, "missing" in message, "set these values anew" in advice) == ("fail", False, True)


def test_private_and_reserved_addresses_are_refused_by_the_gate():
    assert [one.grade.name for one in egress_checks.gate()] == ["OK"]


def test_a_gate_that_lets_every_private_address_pass_is_warned_of(settings):
    settings.HUB_EGRESS_ALLOW = ["10.0.0.0/8"]
    assert [one.grade.name for one in egress_checks.gate()] == ["WARN"]


def test_without_an_address_no_call_is_tried_and_that_is_said():
    [found] = egress_checks.tls_call()
    assert (found.grade.name, "HUB_DOCTOR_URL" in found.message) == ("OK", True)


def test_a_call_that_does_not_leave_is_a_failure_with_advice(settings):
    settings.HUB_DOCTOR_URL = f"https://127.0.0.1:{free_port()}/"
    settings.HUB_EGRESS_ALLOW = ["127.0.0.1"]
    [found] = egress_checks.tls_call()
    assert (found.grade.name, "firewall" in found.advice) == ("FAIL", True)


@pytest.mark.parametrize("status", ["200 OK", "503 Service Unavailable"])
def test_a_call_that_is_answered_over_tls_is_well_whatever_the_answer(settings, tmp_path, status):
    authority = Authority(tmp_path)
    settings.HUB_EGRESS_CA_FILE, settings.HUB_EGRESS_ALLOW = authority.file, ["127.0.0.1"]
    answer = receivers.saying(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode())
    with receivers.Receiver(answer, tls=authority.server("127.0.0.1")) as receiver:
        settings.HUB_DOCTOR_URL = f"https://127.0.0.1:{receiver.port}/health?key=s3cr3t"
        [found] = egress_checks.tls_call()
    assert (found.grade.name, found.advice) == ("OK", "")
    assert found.message.startswith(f"127.0.0.1 answered {status[:3]} in ")
    assert "s3cr3t" not in found.message


def test_a_certificate_that_has_expired_is_a_failure_with_advice(settings, tmp_path):
    authority = Authority(tmp_path)
    settings.HUB_EGRESS_CA_FILE, settings.HUB_EGRESS_ALLOW = authority.file, ["127.0.0.1"]
    secured = authority.server("127.0.0.1", until=yesterday())
    with receivers.Receiver(receivers.answering(), tls=secured) as receiver:
        settings.HUB_DOCTOR_URL = f"https://127.0.0.1:{receiver.port}/"
        [found] = egress_checks.tls_call()
    assert (found.grade.name, "HUB_EGRESS_CA_FILE" in found.advice) == ("FAIL", True)
