"""The key of a development installation."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ImproperlyConfigured

from hub.settings.secret_key import kept_key


def test_the_same_folder_keeps_its_key(tmp_path):
    assert kept_key(tmp_path / "key") == kept_key(tmp_path / "key")


def test_every_folder_has_a_key_of_its_own(tmp_path):
    assert kept_key(tmp_path / "one" / "key") != kept_key(tmp_path / "other" / "key")


def test_only_the_owner_may_read_the_key(tmp_path):
    kept_key(tmp_path / "key")
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600


def test_those_who_start_at_once_get_one_key_and_leave_nothing_else(tmp_path):
    with ThreadPoolExecutor(16) as threads:
        keys = set(threads.map(kept_key, [tmp_path / "key"] * 64))
    assert (len(keys), [file.name for file in tmp_path.iterdir()]) == (1, ["key"])


def test_an_empty_file_is_refused_in_one_sentence(tmp_path):
    (tmp_path / "key").touch()
    with pytest.raises(ImproperlyConfigured, match="is empty"):
        kept_key(tmp_path / "key")


def test_a_place_that_cannot_be_used_is_refused_in_one_sentence(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ImproperlyConfigured, match="cannot be used"):
        kept_key(tmp_path / "file" / "key")
