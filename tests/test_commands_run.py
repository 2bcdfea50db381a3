"""manage.py hub_run, as make run calls it: one hub per folder and port, kept running, ended without a trace."""

from __future__ import annotations

import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import psycopg
import pytest

from tests.hub_process import PATIENCE_S, RunningHub, descendants, free_port, is_alive, variables, wait_until_gone
from tools import ROOT

pytestmark = pytest.mark.drill

Start = Callable[..., RunningHub]
MASTER_KEY = f"2026:{'b1' * 21}k="
PRODUCTION = {
    "HUB_DEVELOPMENT": "false",
    "HUB_SECRET_KEY": "k9" * 30,
    "HUB_MASTER_KEYS": MASTER_KEY,
    "HUB_FILE_URL_KEY": f"2026:{'c3' * 21}k=",
    "HUB_ALLOWED_HOSTS": ".hub.example.org",
}


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a hub in this test's folder; all of them end with the test."""
    started: list[RunningHub] = []

    def run(*arguments: str, port: int | None = None, also: Mapping[str, str] | None = None) -> RunningHub:
        started.append(RunningHub(tmp_path, port or free_port(), *arguments, also=also))
        return started[-1]

    yield run
    for hub in started:
        hub.end()


def _status_in_the_end(port: int, path: str) -> int:
    """Of the first answer; a server that was just started may still refuse connections."""
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=PATIENCE_S) as answer:
                return int(answer.status)
        except urllib.error.URLError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


def _refusal(hub: RunningHub) -> str:
    """Everything printed by a hub that did not start; it must be one line."""
    assert hub.process.wait(PATIENCE_S) == 1
    with pytest.raises(AssertionError):
        hub.wait_for("\0")
    (line,) = hub.lines
    return line


def test_the_printed_address_answers(start):
    hub = start()
    hub.wait_for(f"http://127.0.0.1:{hub.port}")
    assert _status_in_the_end(hub.port, "/livez") == 200


def test_ctrl_c_ends_every_process_with_exit_code_0(start):
    hub = start()
    hub.wait_for("Ctrl-C")
    children = descendants(hub.process.pid)
    assert hub.interrupt() == 0
    assert len(children) >= 3
    assert not any(map(is_alive, children))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_every_polite_signal_ends_it_like_ctrl_c(start, number):
    hub = start()
    hub.wait_for("Ctrl-C")
    hub.process.send_signal(number)
    assert hub.process.wait(PATIENCE_S) == 0


def test_a_second_hub_in_the_same_folder_hears_which_process_is_there(start):
    first = start()
    first.wait_for("Ctrl-C")
    assert f"(process {first.process.pid})" in _refusal(start())


def test_a_taken_port_is_refused_in_one_sentence(start):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert f"Port {port} cannot be used" in _refusal(start(port=port))


def test_a_lock_left_by_a_dead_process_is_taken_over_silently(start, tmp_path):
    gone = subprocess.Popen(["true"])
    gone.wait()
    (tmp_path / "run.lock").write_text(f"{gone.pid}\n")
    hub = start()
    hub.wait_for("Ctrl-C")
    assert not any("run.lock" in line or "already" in line for line in hub.lines)


@pytest.mark.parametrize(("program", "name"), [("granian", "web server"), ("hub_worker", "worker")])
def test_a_killed_process_is_started_again_and_that_is_said(start, program, name):
    hub = start()
    hub.wait_for("Ctrl-C")
    killed = hub.child(program)
    os.kill(killed, signal.SIGKILL)
    hub.wait_for(f"The {name} ended (killed by SIGKILL). It starts again in 0.5 s.")
    hub.wait_for(f"The {name} was started again.")
    assert hub.child(program) != killed
    assert _status_in_the_end(hub.port, "/livez") == 200


def test_the_web_server_logs_in_the_shape_of_the_hub(start):
    hub = start(also={"HUB_LOG_FORMAT": "json"})
    hub.wait_for("Ctrl-C")
    [serving, *_] = descendants(hub.child("granian"))
    os.kill(serving, signal.SIGKILL)
    line = json.loads(hub.wait_for("_granian"))
    assert (line["logger"], line["level"]) == ("_granian", "error")


def test_a_killed_supervisor_takes_its_processes_along(start):
    hub = start()
    hub.wait_for("Ctrl-C")
    children = descendants(hub.process.pid)
    hub.process.kill()
    assert wait_until_gone(children) == []
    start(port=hub.port).wait_for("Ctrl-C")


@pytest.fixture
def services() -> Iterator[dict[str, str]]:
    """The variables of a hub on an empty PostgreSQL database, with the broker of the test run."""
    server, name = os.environ["DATABASE_URL"], f"{os.environ['HUB_TEST_DATABASE']}_run"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')
        yield {
            "DATABASE_URL": f"{server.rpartition('/')[0]}/{name}",
            "CELERY_BROKER_URL": os.environ["CELERY_BROKER_URL"],
        }
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.mark.services
def test_with_a_broker_celery_takes_the_place_of_the_embedded_worker(services, start):
    hub = start(also=services)
    hub.wait_for("Ctrl-C")
    children = descendants(hub.process.pid)
    assert hub.child("hub.celery") in children
    assert hub.interrupt() == 0
    assert not any(map(is_alive, children))


def test_a_database_that_does_not_answer_is_refused_in_one_sentence(start):
    assert "The database cannot be used" in _refusal(
        start(also={"DATABASE_URL": f"postgresql://nobody@127.0.0.1:{free_port()}/none"})
    )


def test_master_keys_that_do_not_open_the_database_are_refused_in_one_sentence(start, tmp_path):
    for words in (
        "migrate --verbosity 0",
        "hub_organization create --slug works --name Works",
        "hub_rotate_keys data-key --organization works",
    ):
        command = [sys.executable, "manage.py", *words.split()]
        subprocess.run(command, cwd=ROOT, env=variables(tmp_path, 1) | PRODUCTION, capture_output=True, check=True)
    other = {"HUB_MASTER_KEYS": MASTER_KEY.replace("2026:", "2027:")}
    assert "does not open what this database holds: the key 2026" in _refusal(start(also=PRODUCTION | other))


def test_a_worker_that_starts_before_its_database_waits_for_it(tmp_path):
    away = {"DATABASE_URL": f"postgresql://nobody@127.0.0.1:{free_port()}/none"}
    command = [sys.executable, "manage.py", "hub_worker"]
    environment = variables(tmp_path, 1) | away
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as worker:
        try:
            assert any(b"it tries again" in line for line in worker.stdout)
        finally:
            worker.terminate()
    assert worker.returncode == 0


def test_a_folder_that_cannot_be_used_is_refused_in_one_sentence(start, tmp_path):
    (tmp_path / "run.lock").mkdir()
    assert "cannot be used" in _refusal(start())


def test_the_child_that_checked_the_demo_is_gone_afterwards(start):
    hub = start("--demo")
    hub.wait_for("curl ")
    with pytest.raises(AssertionError, match="no child"):
        hub.child("hub.jsonata.child")


def test_demo_data_is_refused_where_it_is_not_development(start):
    assert "Use make serve" in _refusal(start("--demo", also=PRODUCTION))


@pytest.mark.parametrize(
    ("own", "told"),
    [
        ({"HUB_DEBUG": "true"}, "Unset HUB_DEBUG"),
        ({"HUB_SECRET_KEY": "sample" * 20}, "too short or a sample"),
        ({"HUB_MASTER_KEYS": ""}, "HUB_MASTER_KEYS is not set"),
    ],
)
def test_a_server_with_unsafe_settings_is_refused_before_anything_is_started(start, own, told):
    assert told in _refusal(start(also=PRODUCTION | own))


def test_a_server_that_answers_to_one_name_only_starts_without_a_complaint(start):
    hub = start(also=PRODUCTION)
    hub.wait_for("Ctrl-C")
    assert [line for line in hub.lines if "level" in line] == []


def test_the_printed_curl_sends_an_event_that_is_accepted(start):
    hub = start("--demo")
    command = hub.wait_for("curl ")
    answer = subprocess.run(shlex.split(command), capture_output=True, text=True, check=True, timeout=PATIENCE_S)
    assert [result["status"] for result in json.loads(answer.stdout)["results"]] == ["success"]
