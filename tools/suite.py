"""make test and make drills: on PostgreSQL + Redis where they answer, and on SQLite; runs inside .venv."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tools import PYTHON, ROOT, chromium, services

SERVICE_VARIABLES = ("DATABASE_URL", "HUB_REDIS_URL", "CELERY_BROKER_URL", "HUB_TEST_DATABASE")
SIDE_BY_SIDE = str(min((os.cpu_count() or 1) + 1, 4))
"""Processes for the unit part: one more than there are cores, as each waits for the database a part of its time; more
than four wait for the one server."""

NO_TEST_MATCHED = 5
"""pytest's own exit code for it."""


@dataclass
class Report:
    """What the last lines say."""

    ran_on: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    matched: bool = False


@dataclass(frozen=True)
class Plan:
    """What pytest is asked for: its arguments, the markers left out, the parts in their order."""

    arguments: list[str]
    markers: list[str]
    parts: dict[str, list[str]]
    is_for_both: bool = False
    """Whether a second database is asked all of it, too, and not only what it may answer otherwise (tools/parts.py)."""
    is_second: bool = False


def main() -> None:
    """Arguments are handed to pytest; --drills as the first one runs the long drills alone."""
    arguments = sys.argv[1:]
    report = Report()
    if arguments[:1] == ["--drills"]:
        variables = _without_services() | {"HUB_DRILLS": "long"}
        run_rounds(report, variables, Plan(arguments[1:], ["drill"], {"serial": []}, is_for_both=True))
    else:
        variables, markers = _with_browser(report, _without_services())
        run_rounds(report, variables, Plan(arguments, markers, {"unit": ["-n", SIDE_BY_SIDE], "serial": []}))
    sys.exit(conclude(report, in_ci=os.environ.get("CI", "").lower() in {"true", "1"}))


def _without_services() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in SERVICE_VARIABLES}


def _with_browser(report: Report, variables: dict[str, str]) -> tuple[dict[str, str], list[str]]:
    browser = chromium.find_or_install()
    if browser is None:
        report.left_out.append("Browser tests: this machine has no Chromium and none could be installed.")
        return variables, ["not browser"]
    return variables | {"HUB_CHROMIUM": browser}, []


def run_rounds(report: Report, variables: dict[str, str], plan: Plan) -> None:
    """PostgreSQL + Redis where both answer, then SQLite: all of it where that is the only one."""
    pointers, missing = services.find()
    report.left_out += [f"PostgreSQL + Redis. {sentence}" for sentence in missing]
    on_sqlite = replace(plan, markers=[*plan.markers, "not services"])
    if pointers:
        run_round("PostgreSQL + Redis", report, variables | pointers, plan)
        on_sqlite = _second(on_sqlite)
    run_round("SQLite", report, variables, on_sqlite)


def _second(plan: Plan) -> Plan:
    plan = replace(plan, markers=[*plan.markers, "not once"])
    if plan.is_for_both:
        return plan
    return replace(
        plan, parts={name: options for name, options in plan.parts.items() if name == "unit"}, is_second=True
    )


def run_round(name: str, report: Report, variables: Mapping[str, str], plan: Plan) -> None:
    """One database: first what may run side by side, then the rest one after the other."""
    report.ran_on.append(name)
    chosen = ["-m", " and ".join(plan.markers)] if plan.markers else []
    for part, options in plan.parts.items():
        print(f"\n=== {name}, {part} ===", flush=True)
        second = ["--second"] if plan.is_second else []
        picked = ["-p", "tools.parts", "--part", part, *second, *options, *chosen]
        command = [str(PYTHON), "-m", "pytest", *picked, *plan.arguments]
        code = subprocess.run(command, cwd=ROOT, env=dict(variables), check=False).returncode
        report.matched = report.matched or code != NO_TEST_MATCHED
        if code not in {0, NO_TEST_MATCHED}:
            report.failed.append(f"{name}, {part}")


def conclude(report: Report, *, in_ci: bool) -> int:
    """Prints what ran, what was left out and what failed; the exit code."""
    print(f"\nRan on: {'; '.join(report.ran_on)}")
    for sentence in report.left_out:
        print(f"!!! LEFT OUT: {sentence}")
    if report.failed:
        print(f"Failed: {'; '.join(report.failed)}")
    if not report.matched:
        print("No test matched.")
    if in_ci and report.left_out:
        print("With CI=true nothing may be left out.")
    return int(bool(report.failed) or not report.matched or (in_ci and bool(report.left_out)))


if __name__ == "__main__":
    main()
