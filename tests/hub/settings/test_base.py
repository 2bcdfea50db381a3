"""What the environment makes of the settings."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest
from django.conf import settings

from hub.celery import app
from tests.hub_process import variables
from tools import ROOT

SERVER = {
    "HUB_DEVELOPMENT": None,
    "HUB_SECRET_KEY": "mine",
    "HUB_MASTER_KEYS": f"2026:{'b1' * 21}k=",
    "HUB_FILE_URL_KEY": f"2026:{'c3' * 21}k=",
}
"""What a server that is no development installation cannot do without."""


@pytest.fixture
def settings_of(tmp_path):
    """The named settings in a process of its own, or the sentence that stops its boot."""

    def read(*names, **own):
        values = f"[getattr(base, name) for name in {names!r}]"
        program = f"import json\nfrom hub.settings import base\nprint(json.dumps({values}, default=str))"
        found = {name: text for name, text in (variables(tmp_path, 1) | own).items() if text is not None}
        ran = subprocess.run(
            [sys.executable, "-c", program], cwd=ROOT, env=found, capture_output=True, text=True, check=False
        )
        return json.loads(ran.stdout) if ran.returncode == 0 else ran.stderr.splitlines()[-1]

    return read


def test_development_makes_a_key_of_its_own_and_keeps_it(settings_of, tmp_path):
    assert settings_of("SECRET_KEY") == settings_of("SECRET_KEY") == [(tmp_path / "secret_key").read_text()]


def test_a_key_that_is_set_is_taken_in_development_too(settings_of, tmp_path):
    assert settings_of("SECRET_KEY", HUB_SECRET_KEY="mine") == ["mine"]
    assert not (tmp_path / "secret_key").exists()


def test_without_a_key_a_server_does_not_start(settings_of):
    assert "HUB_SECRET_KEY is not set" in settings_of("SECRET_KEY", HUB_DEVELOPMENT=None)


def test_an_empty_key_is_none(settings_of):
    assert "HUB_SECRET_KEY is not set" in settings_of("SECRET_KEY", HUB_DEVELOPMENT=None, HUB_SECRET_KEY="")


def test_the_mark_of_make_run_never_overrides_a_key(settings_of, tmp_path):
    (tmp_path / "development").touch()
    found = settings_of("HUB_DEVELOPMENT", "SECRET_KEY", **SERVER)
    assert found == [False, "mine"]


@pytest.mark.parametrize("name", ["HUB_MASTER_KEYS", "HUB_FILE_URL_KEY"])
def test_without_one_of_its_keys_a_server_does_not_start(settings_of, name):
    assert f"{name} is not set" in settings_of("SECRET_KEY", **SERVER | {name: None})


def test_links_are_not_signed_with_a_key_that_seals_the_database(settings_of):
    twice = SERVER | {"HUB_FILE_URL_KEY": SERVER["HUB_MASTER_KEYS"]}
    assert "HUB_FILE_URL_KEY has a key of HUB_MASTER_KEYS" in settings_of("SECRET_KEY", **twice)


def test_a_link_lives_a_quarter_of_an_hour_at_most(settings_of):
    assert settings_of("HUB_FILE_URL_MINUTES", HUB_FILE_URL_MINUTES="15") == [15]
    assert "Use 1 to 15" in settings_of("HUB_FILE_URL_MINUTES", HUB_FILE_URL_MINUTES="16")


def test_development_makes_a_key_for_links_and_keeps_it(settings_of, tmp_path):
    assert settings_of("HUB_FILE_URL_MINUTES") == [5]
    assert (tmp_path / "file_url_key").read_text().startswith("development:")


def test_development_makes_a_master_key_of_its_own_and_keeps_it(settings_of, tmp_path):
    settings_of("SECRET_KEY")
    made = (tmp_path / "master_key").read_text()
    settings_of("SECRET_KEY")
    assert (made.partition(":")[0], (tmp_path / "master_key").read_text()) == ("development", made)


def test_behind_the_mark_of_make_run_stands_a_key_that_nobody_else_knows(settings_of, tmp_path):
    (tmp_path / "development").touch()
    found = settings_of("HUB_DEVELOPMENT", "SECRET_KEY", HUB_DEVELOPMENT=None)
    assert found == [True, (tmp_path / "secret_key").read_text()]


@pytest.mark.parametrize(("own", "name"), [({}, "development"), ({"HUB_ENVIRONMENT": "staging"}, "staging")])
def test_pages_say_that_it_is_a_development_installation_unless_told_otherwise(settings_of, own, name):
    assert settings_of("HUB_ENVIRONMENT", **own) == [name]


def test_pages_of_a_server_say_production(settings_of):
    assert settings_of("HUB_ENVIRONMENT", **SERVER) == ["production"]


def test_without_a_mail_server_mails_go_nowhere(settings_of):
    nowhere = "django.core.mail.backends.dummy.EmailBackend"
    assert settings_of("EMAIL_BACKEND", "HUB_SENDS_MAIL") == [nowhere, False]


def test_a_mail_server_needs_a_sender(settings_of):
    assert "HUB_EMAIL_FROM is not set" in settings_of("EMAIL_HOST", HUB_EMAIL_URL="smtp://mail.example.org")


def test_mails_go_through_the_server_that_is_named(settings_of):
    own = {"HUB_EMAIL_URL": "smtps://mail.example.org", "HUB_EMAIL_FROM": "hub@example.org"}
    found = settings_of("HUB_SENDS_MAIL", "EMAIL_HOST", "EMAIL_USE_SSL", "DEFAULT_FROM_EMAIL", **own)
    assert found == [True, "mail.example.org", True, "hub@example.org"]


@pytest.mark.parametrize("name", ["CELERY_BROKER_URL", "HUB_REDIS_URL", "HUB_EMAIL_URL"])
def test_an_address_that_is_none_stops_the_boot(settings_of, name):
    assert f"{name} is no address" in settings_of("SECRET_KEY", **{name: "foo"})


def test_limits_are_counted_where_the_broker_is_when_that_is_redis(settings_of):
    redis, rabbit = "redis://127.0.0.1:6379/1", "amqp://127.0.0.1"
    assert settings_of("HUB_REDIS_URL", CELERY_BROKER_URL=redis) == [redis]
    assert settings_of("HUB_REDIS_URL", CELERY_BROKER_URL=rabbit) == [""]


def test_files_lie_beside_the_database_unless_somebody_says_otherwise(settings_of, tmp_path):
    [storages] = settings_of("STORAGES", HUB_VAR_DIR=str(tmp_path))
    assert storages["files"]["OPTIONS"]["location"] == str(tmp_path / "files")


def test_a_bucket_needs_a_name(settings_of):
    assert "HUB_S3_BUCKET names no bucket" in settings_of("STORAGES", HUB_FILE_STORAGE="s3")


def test_a_bucket_is_reached_with_what_the_settings_say(settings_of):
    own = {"HUB_FILE_STORAGE": "s3", "HUB_S3_BUCKET": "files", "HUB_S3_URL": "http://127.0.0.1:9000"}
    [storages] = settings_of("STORAGES", **own)
    options = storages["files"]["OPTIONS"]
    assert (options["bucket_name"], options["endpoint_url"]) == ("files", "http://127.0.0.1:9000")


def test_whatever_is_read_back_from_elsewhere_is_json():
    assert settings.SESSION_SERIALIZER == "django.contrib.sessions.serializers.JSONSerializer"
    assert settings.SESSION_ENGINE == "django.contrib.sessions.backends.db"
    assert {one["BACKEND"].rpartition(".")[2] for one in settings.CACHES.values()} <= {"LocMemCache", "DummyCache"}
    assert (app.conf.accept_content, app.conf.task_serializer, app.conf.result_serializer) == (["json"], "json", "json")


def test_no_module_reads_what_can_carry_code():
    carrying = re.compile(r"^\s*(?:import|from) (?:pickle|marshal|shelve|dill|yaml)\b", re.MULTILINE)
    ours = [
        path
        for app in ("hub", "integrations", "monitoring", "inbound", "proxies", "outbound")
        for path in (ROOT / app).rglob("*.py")
    ]
    assert [str(path) for path in ours if carrying.search(path.read_text())] == []
