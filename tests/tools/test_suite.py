"""What make test says in its last lines, and when it fails."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tools.suite import Plan, Report, conclude, run_rounds

SOME = ("tests/tools", "tests/test_commands_run.py")
"""Tests of both parts; collecting all of them would prove no more."""

ROOT = Path(__file__).resolve().parent.parent.parent


def test_the_rounds_that_ran_are_named(capsys):
    code = conclude(Report(ran_on=["SQLite", "PostgreSQL + Redis"], matched=True), in_ci=True)
    assert (code, capsys.readouterr().out) == (0, "\nRan on: SQLite; PostgreSQL + Redis\n")


@pytest.mark.parametrize(("in_ci", "code"), [(False, 0), (True, 1)])
def test_what_was_left_out_is_said_loudly_and_fails_in_ci(capsys, in_ci, code):
    report = Report(ran_on=["SQLite"], left_out=["Browser tests: no Chromium."], matched=True)
    assert conclude(report, in_ci=in_ci) == code
    assert "!!! LEFT OUT: Browser tests: no Chromium." in capsys.readouterr().out


def test_a_failed_part_fails(capsys):
    assert conclude(Report(ran_on=["SQLite"], failed=["SQLite, unit"], matched=True), in_ci=False) == 1


def test_arguments_that_match_no_test_fail(capsys):
    assert conclude(Report(ran_on=["SQLite"]), in_ci=False) == 1


def test_the_two_parts_together_are_the_whole_and_share_nothing():
    unit, serial, everything = (_collected(*part) for part in (["--part=unit"], ["--part=serial"], []))
    assert unit | serial == everything
    assert unit & serial == set()
    assert "tests/test_commands_run.py::test_the_printed_address_answers" in serial


@pytest.mark.parametrize(
    ("pointers", "expected"),
    [
        (
            {"DATABASE_URL": "postgresql://"},
            {
                "PostgreSQL + Redis": (["not browser"], False),
                "SQLite": (["not browser", "not services", "not once"], True),
            },
        ),
        ({}, {"SQLite": (["not browser", "not services"], False)}),
    ],
    ids=["with services", "without"],
)
def test_everything_runs_on_the_first_database_there_is(monkeypatch, pointers, expected):
    rounds = {}

    def note(name, _report, _variables, plan):
        rounds[name] = plan.markers, plan.is_second

    monkeypatch.setattr("tools.suite.services.find", lambda: (pointers, []))
    monkeypatch.setattr("tools.suite.run_round", note)
    run_rounds(Report(), {}, Plan([], ["not browser"], {}))
    assert rounds == expected


def test_a_second_database_is_asked_what_it_may_answer_otherwise():
    paths = ("tests/hub/jobs", "tests/hub/test_database.py", "tests/inbound/test_api.py", "tests/drills", *SOME)
    second = _collected("--part=unit", "--second", paths=paths)
    folders = {Path(node.partition("::")[0]).parent.as_posix() for node in second}
    assert folders == {"tests/hub/jobs", "tests/hub"}


@pytest.mark.parametrize(
    ("is_for_both", "expected"), [(False, [["unit", "serial"], ["unit"]]), (True, [["serial"]] * 2)]
)
def test_drills_have_a_command_of_their_own_for_a_second_database(monkeypatch, is_for_both, expected):
    parts = []
    monkeypatch.setattr("tools.suite.services.find", lambda: ({"DATABASE_URL": "postgresql://"}, []))
    monkeypatch.setattr("tools.suite.run_round", lambda *told: parts.append(list(told[-1].parts)))
    asked = {"serial": []} if is_for_both else {"unit": [], "serial": []}
    run_rounds(Report(), {}, Plan([], [], asked, is_for_both=is_for_both))
    assert parts == expected


def _collected(*options: str, paths: Sequence[str] = SOME) -> set[str]:
    command = [sys.executable, "-m", "pytest", "-p", "tools.parts", "--collect-only", "-q", *options, *paths]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return {line for line in answer.stdout.splitlines() if "::" in line}
