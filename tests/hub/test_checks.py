"""What stops a boot."""

from __future__ import annotations

import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from hub import checks
from hub.checks import (
    check_debug,
    check_egress,
    check_hosts,
    check_secret_key,
    check_storage,
    check_time_zone,
    check_token_pepper,
    check_tracing,
    check_wiring,
    refuse_broken_wiring,
)
from hub.plugins import load
from tests.hub_process import variables
from tools import ROOT

GOOD_KEY = "k9" * 30
SERVER = {
    "HUB_DEVELOPMENT": "false",
    "HUB_SECRET_KEY": GOOD_KEY,
    "HUB_MASTER_KEYS": f"2026:{'b1' * 21}k=",
    "HUB_FILE_URL_KEY": f"2026:{'c3' * 21}k=",
}
"""What a production server cannot do without."""


@pytest.fixture
def production(settings):
    settings.HUB_DEVELOPMENT = False
    settings.SECRET_KEY = GOOD_KEY
    return settings


def ids(check):
    return [message.id for message in check(None)]


def test_a_wiring_list_that_names_nothing_real_is_an_error(settings):
    settings.WORKER_STAGES = ["hub.clock.tick"]
    assert "hub.E001" in ids(check_wiring)


@pytest.mark.parametrize("name", ["USE_CASE_FIGURES", "BACKLOG_SOURCE"])
def test_a_wire_to_a_single_thing_is_checked_like_a_list(settings, name):
    setattr(settings, name, "hub.clock.tick")
    [found] = check_wiring(None)
    assert (found.id, name in found.msg, "hub.clock.tick" in found.msg) == ("hub.E001", True, True)


def test_a_count_of_the_side_bar_that_names_nothing_real_is_an_error(settings):
    settings.NAVIGATION_COUNTS = {"events": "hub.clock.tick"}
    assert "hub.E001" in ids(check_wiring)


def test_every_broken_entry_is_named(settings):
    settings.SCHEDULES = {"hub.clock.tick": 60, "hub.clock.tock": 60}
    with pytest.raises(ImproperlyConfigured, match=r"tick.*tock"):
        refuse_broken_wiring()


def test_a_web_server_with_a_broken_wiring_list_does_not_start(tmp_path):
    started = subprocess.run(
        [sys.executable, "-c", "import hub.wsgi"],
        cwd=ROOT,
        env=variables(tmp_path, 1) | {"DJANGO_SETTINGS_MODULE": "tests.hub.broken_wiring"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (started.returncode, "hub.clock.tick" in started.stderr.splitlines()[-1]) == (1, True)


@pytest.mark.parametrize(
    ("own", "told"),
    [
        ({"HUB_SECRET_KEY": "development-only-key-never-used-in-production-at-all"}, "HUB_SECRET_KEY"),
        ({"HUB_SECRET_KEY": ""}, "HUB_SECRET_KEY"),
        ({"HUB_DEBUG": "true"}, "Debug mode is on. Unset HUB_DEBUG."),
        ({"HUB_MASTER_KEYS": ""}, "HUB_MASTER_KEYS"),
        ({"HUB_FILE_URL_KEY": ""}, "HUB_FILE_URL_KEY"),
        ({"HUB_ALLOWED_HOSTS": "*"}, "HUB_ALLOWED_HOSTS"),
        ({"HUB_BASE_URL": "https://hub.example.org"}, "HUB_ALLOWED_HOSTS"),
        ({"HUB_TOKEN_PEPPER": "short"}, "HUB_TOKEN_PEPPER"),
    ],
)
def test_a_production_server_with_unsafe_settings_does_not_start(tmp_path, own, told):
    started = subprocess.run(
        [sys.executable, "-c", "import hub.wsgi"],
        cwd=ROOT,
        env=variables(tmp_path, 1) | SERVER | own,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (started.returncode, told in started.stderr.splitlines()[-1]) == (1, True)


def test_a_wiring_list_of_what_is_there_is_fine(settings):
    settings.WORKER_STAGES = ["hub.clock.now"]
    settings.SCHEDULES = {"hub.clock.now": 60}
    settings.USE_CASE_KINDS = {"inbound": "hub.clock.now"}
    assert ids(check_wiring) == []


def test_another_time_zone_is_an_error(settings):
    settings.TIME_ZONE = "Europe/Berlin"
    assert ids(check_time_zone) == ["hub.E002"]


@pytest.mark.parametrize("key", ["short", "x" * 49, "development-only-key-never-used-in-production-at-all"])
def test_a_short_or_sample_key_is_an_error_in_production(production, key):
    production.SECRET_KEY = key
    assert ids(check_secret_key) == ["hub.E003"]


def test_a_sample_key_is_fine_in_development(settings):
    assert ids(check_secret_key) == []


def test_a_short_pepper_is_an_error_in_production(production):
    production.HUB_TOKEN_PEPPER = "short"
    assert ids(check_token_pepper) == ["hub.E004"]


def test_debug_is_an_error_in_production(production):
    production.DEBUG = True
    assert ids(check_debug) == ["hub.E005"]


def test_every_host_is_an_error_in_production(production):
    production.ALLOWED_HOSTS = ["*"]
    assert ids(check_hosts) == ["hub.E006"]


@pytest.mark.parametrize("address", ["https://hub.example.org", "https://Hub.example.org:8443/path"])
def test_a_server_that_refuses_its_own_address_is_an_error(production, address):
    production.ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
    production.HUB_BASE_URL = address
    [found] = check_hosts(None)
    assert (found.id, found.msg) == (
        "hub.E006",
        "HUB_ALLOWED_HOSTS does not name hub.example.org, the host of HUB_BASE_URL.",
    )


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://hub.example.org", ".example.org"),
        ("https://hub.example.org.", "HUB.example.org"),
        ("http://127.0.0.1:8000", "hub.example.org"),
    ],
)
def test_a_server_that_answers_to_its_own_address_or_has_none_is_fine(production, address, host):
    production.ALLOWED_HOSTS = [host]
    production.HUB_BASE_URL = address
    assert ids(check_hosts) == []


def test_a_good_production_has_no_findings(production):
    production.ALLOWED_HOSTS = ["hub.example"]
    production.HUB_BASE_URL = "https://hub.example"
    checks = (check_time_zone, check_secret_key, check_token_pepper, check_debug, check_hosts)
    assert [found for check in checks for found in ids(check)] == []


@pytest.mark.parametrize("path", ["nodots", "hub.nothing.there", "hub.clock.nothing"])
def test_what_cannot_be_loaded_is_named_in_one_sentence(path):
    with pytest.raises(ImproperlyConfigured, match=path):
        load(path)


def test_the_usual_settings_of_outgoing_calls_are_fine(settings):
    settings.HUB_EGRESS_ALLOW = ["127.0.0.1", "erp.intern", "10.1.0.0/16"]
    assert ids(check_egress) == []


def test_a_misspelt_range_of_outgoing_calls_is_an_error(settings):
    settings.HUB_EGRESS_ALLOW = ["10.0.1.5/24"]
    assert ids(check_egress) == ["hub.E007"]


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_file_without_certificates_is_an_error(settings, tmp_path, content):
    if content is not None:
        (tmp_path / "ca.pem").write_text(content)
    settings.HUB_EGRESS_CA_FILE = str(tmp_path / "ca.pem")
    assert ids(check_egress) == ["hub.E007"]


def test_a_storage_that_is_not_installed_is_named_before_the_first_file(settings):
    settings.STORAGES = settings.STORAGES | {"files": {"BACKEND": "storages_that.nobody.Installed"}}
    with pytest.raises(ImproperlyConfigured, match="HUB_FILE_STORAGE is s3"):
        refuse_broken_wiring()
    assert [message.hint for message in check_storage(None)] == [
        "Run pip install integration-hub[s3], or set HUB_FILE_STORAGE=disk."
    ]


def test_files_on_disk_need_nothing_else():
    assert ids(check_storage) == []


def test_traces_that_nothing_could_send_keep_the_hub_from_starting(settings, monkeypatch):
    settings.HUB_OTEL_ENDPOINT = "http://127.0.0.1:4318"
    monkeypatch.setattr(checks, "RECORDER", "tracers_that.nobody.Installed")
    with pytest.raises(ImproperlyConfigured, match="pip install integration-hub\\[otel\\]"):
        refuse_broken_wiring()
    assert ids(check_tracing) == ["hub.E009"]


def test_traces_need_nothing_where_nobody_wants_them(settings, monkeypatch):
    monkeypatch.setattr(checks, "RECORDER", "tracers_that.nobody.Installed")
    assert ids(check_tracing) == []
