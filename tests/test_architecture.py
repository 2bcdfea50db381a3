"""The house rules that a machine can check: one-way imports, one gate per danger, sizes, a sentence on every module."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.module_loading import import_string
from packaging.requirements import Requirement

from tests.hub_process import variables

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("hub", "integrations", "monitoring", "inbound", "proxies", "outbound")
OUR_MODULES = sorted(
    path for package in PACKAGES for path in (ROOT / package).rglob("*.py") if "migrations" not in path.parts
)
TOOLS = sorted([*(ROOT / "tools").rglob("*.py"), *(ROOT / "bench").rglob("*.py"), *(ROOT / "tests").rglob("*.py")])

LONGEST_FUNCTION = 50
LONGEST_MODULE = 250
LONGEST_TEMPLATE = 150
LONGEST_SCRIPT = 120

NAMELESS = {"utils", "helpers", "common", "misc"}
"""Names that say nothing about what is inside."""

CLOCKS = {"hub/clock.py", "hub/ids.py"}
CLOCK_CALLS = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("timezone", "now"),
    ("time", "time"),
    ("time", "time_ns"),
}
NETWORK = {"requests", "aiohttp", "httpx", "urllib3", "urllib.request", "http.client", "socket", "smtplib", "ftplib"}
MAY_USE_THE_NETWORK = {"hub/supervisor/port.py", "inbound/management/commands/demo_erp.py"}
"""The first listens on the hub's own port and asks the hub's own web server whether it is up; the second plays the ERP,
which is the other end of the wire."""
OF_EXTRAS = {"hub/tracing/recorder.py"}
"""Loaded by name where a setting asks for it; without its extra the hub refuses to start with that setting."""


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_bytes(), filename=str(path))


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def _imported(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names}
    if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
        return {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return set()


def test_imports_keep_the_contracts_of_pyproject():
    linter = Path(sys.executable).with_name("lint-imports")
    answer = subprocess.run([linter, "--no-logo"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout


def test_only_the_clock_reads_the_time():
    readers = [
        f"{_name(path)}:{node.lineno}"
        for path in OUR_MODULES
        if _name(path) not in CLOCKS
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Attribute) and (_last_word(node.value), node.attr) in CLOCK_CALLS
    ]
    assert readers == []


def _last_word(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def test_only_the_http_room_opens_outgoing_sockets():
    openers = [
        f"{_name(path)} imports {name}"
        for path in OUR_MODULES
        if not _name(path).startswith("hub/http/") and _name(path) not in MAY_USE_THE_NETWORK
        for node in ast.walk(_tree(path))
        for name in _imported(node) & NETWORK
    ]
    assert openers == []


def test_only_one_place_makes_the_policy_of_an_organization():
    """Calls that take the policy of the installation believe no authority of their organization."""
    takers = {
        _name(path)
        for path in OUR_MODULES
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Attribute) and node.attr == "of_settings"
    }
    only_check_addresses = {"hub/checks.py", "outbound/echo/setting_up.py", "proxies/demo/install.py"}
    call_for_no_organization = {"hub/doctor/egress_checks.py"}
    assert takers - only_check_addresses - call_for_no_organization == {"hub/environments/trust/policies.py"}


def test_no_import_of_ours_hides_inside_a_function_to_dodge_a_cycle():
    hidden = [
        f"{_name(path)}:{node.lineno}"
        for path in OUR_MODULES
        for function in _functions(_tree(path))
        if not (path.name == "apps.py" and function.name == "ready")
        for node in ast.walk(function)
        if any(name.split(".")[0] in PACKAGES for name in _imported(node))
    ]
    assert hidden == []


def test_every_module_opens_with_one_sentence():
    without = [
        _name(path)
        for path in [*OUR_MODULES, *TOOLS]
        if path.read_bytes().strip() and not _is_sentence(ast.get_docstring(_tree(path)) or "")
    ]
    assert without == []


def _is_sentence(docstring: str) -> bool:
    first = docstring.split("\n\n")[0].strip()
    return first.endswith((".", "!", "?", ".`", '."')) and "\n" not in first


def test_no_module_has_a_name_that_says_nothing():
    names = {path: set(path.relative_to(ROOT).with_suffix("").parts) for path in [*OUR_MODULES, *TOOLS]}
    nameless = [_name(path) for path, words in names.items() if words & NAMELESS or path.stem.startswith("base_")]
    assert nameless == []


def test_no_module_is_longer_than_its_ceiling():
    too_long = [f"{_name(path)}: {_lines(path)}" for path in OUR_MODULES if _lines(path) > LONGEST_MODULE]
    assert too_long == []


def test_no_function_is_longer_than_its_ceiling():
    too_long = [
        f"{_name(path)}:{function.lineno} {function.name}"
        for path in [*OUR_MODULES, *TOOLS]
        for function in _functions(_tree(path))
        if (function.end_lineno or 0) - function.lineno >= LONGEST_FUNCTION
    ]
    assert too_long == []


@pytest.mark.parametrize(
    ("folder", "pattern", "ceiling"),
    [("templates", "*.html", LONGEST_TEMPLATE), ("static/js", "*.js", LONGEST_SCRIPT)],
)
def test_no_template_and_no_script_is_longer_than_its_ceiling(folder, pattern, ceiling):
    too_long = [f"{_name(path)}: {_lines(path)}" for path in (ROOT / folder).rglob(pattern) if _lines(path) > ceiling]
    assert too_long == []


def _wired() -> list[str]:
    return [
        *settings.USE_CASE_KINDS.values(),
        *settings.WORKER_STAGES,
        *settings.MIDDLEWARE,
        *settings.AUTHENTICATION_BACKENDS,
        *settings.TEMPLATES[0]["OPTIONS"]["context_processors"],
        settings.ACCOUNT_ADAPTER,
        settings.CSRF_FAILURE_VIEW,
        settings.WSGI_APPLICATION,
        *(path for key, paths in settings.REST_FRAMEWORK.items() if key.endswith("_CLASSES") for path in paths),
        settings.REST_FRAMEWORK["EXCEPTION_HANDLER"],
    ]


@pytest.mark.parametrize("path", _wired())
def test_every_listed_path_imports(path):
    assert import_string(path)


def test_every_package_that_the_hub_needs_is_pinned_as_installed():
    constraints = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    pinned = set(re.findall(r"^([\w.-]+)==(\S+)$", constraints.lower(), re.MULTILINE))
    assert (
        _needed("integration-hub", frozenset({"dev"}), set()) - {(_normal(name), pin) for name, pin in pinned} == set()
    )


def _absent_without_the_dev_extra() -> list[str]:
    """The installed packages that no distribution brings of those the hub asks for itself."""
    present = {"integration-hub"} | {name for name, _ in _needed("integration-hub", frozenset(), set())}
    owners = importlib.metadata.packages_distributions()
    return sorted(package for package, names in owners.items() if not present & set(map(_normal, names)))


def test_everything_a_server_starts_imports_without_the_dev_extra(tmp_path):
    servers = ["granian.cli", "celery.bin.worker", "celery.beat", "kombu.transport.redis"]
    always = [path for path in OUR_MODULES if _name(path) not in OF_EXTRAS]
    ours = [".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in always]
    absent = ",".join(_absent_without_the_dev_extra())
    started = subprocess.run(
        [sys.executable, "-m", "tests.without_dev_packages", absent, *servers, *ours],
        cwd=ROOT,
        env=variables(tmp_path, 1) | {"DJANGO_SETTINGS_MODULE": "hub.settings.base"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert started.returncode == 0, started.stderr


def _needed(name: str, extras: frozenset[str], visited: set[tuple[str, frozenset[str]]]) -> set[tuple[str, str]]:
    """Name and installed version of everything that the distribution requires here, directly or not."""
    if (name, extras) in visited:
        return set()
    visited.add((name, extras))
    found = set()
    for requirement in map(Requirement, importlib.metadata.distribution(name).requires or ()):
        if requirement.marker and not any(requirement.marker.evaluate({"extra": each}) for each in extras | {""}):
            continue
        found.add((_normal(requirement.name), importlib.metadata.version(requirement.name)))
        found |= _needed(requirement.name, frozenset(requirement.extras), visited)
    return found


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_file_that_the_documents_name_exists():
    documents = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    named = {
        (document.name, path)
        for document in documents
        for path in re.findall(r"`((?:\w+/)+[\w.]+)`", document.read_text(encoding="utf-8"))
    }
    assert {(name, path) for name, path in named if not _exists(path)} == set()


def _exists(path: str) -> bool:
    """Modules may be named without their suffix; what is built or made at run time need not be there."""
    return path.startswith(("static/dist", "var/")) or (ROOT / path).exists() or (ROOT / f"{path}.py").exists()


def test_the_example_names_every_variable_that_the_settings_read():
    modules = (path for path in (ROOT / "hub/settings").glob("*.py") if path.stem != "test")
    source = "".join(path.read_text(encoding="utf-8") for path in modules)
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', source))
    named = set(re.findall(r"^#([A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE))
    assert read - named == set()
