"""What a web process may ask of the database."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from hub.patience import limit_statements
from tests.hub_process import variables
from tools import ROOT

SHOW = """
import hub.wsgi
from hub import database
print(*(database.rows(f"SHOW {name}")[0][0] for name in ("statement_timeout", "idle_in_transaction_session_timeout")))
"""


def test_sqlite_is_left_alone() -> None:
    database = {"ENGINE": "django.db.backends.sqlite3"}
    limit_statements(database)
    assert database == {"ENGINE": "django.db.backends.sqlite3"}


def test_limits_stand_beside_what_is_set_already() -> None:
    database = {"ENGINE": "hub.database.postgresql", "OPTIONS": {"options": "-c search_path=hub"}}
    limit_statements(database)
    assert database["OPTIONS"]["options"].startswith("-c search_path=hub -c statement_timeout=30s -c idle_in")


@pytest.mark.services
def test_statements_of_the_web_server_end_after_thirty_seconds(tmp_path: Path) -> None:
    own = connection.settings_dict
    url = f"postgresql://{own['USER']}:{own['PASSWORD']}@{own['HOST']}:{own['PORT']}/postgres"
    shown = subprocess.run(
        [sys.executable, "-c", SHOW],
        cwd=ROOT,
        env=variables(tmp_path, 1) | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "hub.settings.base"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stdout.split() == ["30s", "30s"]
