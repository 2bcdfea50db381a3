"""Which settings make run starts with."""

from __future__ import annotations

from tools.start import settings


def test_the_environment_wins_over_the_env_file(tmp_path):
    file = tmp_path / ".env"
    file.write_text("HUB_PORT=9000\nHUB_LOG_LEVEL=DEBUG\n")
    found = settings({"HUB_PORT": "8000"}, file)
    assert (found["HUB_PORT"], found["HUB_LOG_LEVEL"]) == ("8000", "DEBUG")


def test_comments_quotes_and_empty_values_of_the_env_file_are_understood(tmp_path):
    file = tmp_path / ".env"
    file.write_text("# HUB_PORT=1\n\nexport A=\"x y\"\nB='a=b'\nC=\nnonsense\n")
    assert settings({"HUB_SECRET_KEY": "x"}, file) == {"HUB_SECRET_KEY": "x", "A": "x y", "B": "a=b"}


def test_without_a_secret_key_it_is_development(tmp_path):
    assert settings({}, tmp_path / ".env")["HUB_DEVELOPMENT"] == "true"


def test_in_development_the_hub_may_call_its_own_echo_receiver(tmp_path):
    assert settings({}, tmp_path / ".env")["HUB_EGRESS_ALLOW"] == "127.0.0.1"
    assert "HUB_EGRESS_ALLOW" not in settings({"HUB_SECRET_KEY": "x"}, tmp_path / ".env")


def test_with_a_secret_key_or_a_file_of_one_it_is_not(tmp_path):
    assert "HUB_DEVELOPMENT" not in settings({"HUB_SECRET_KEY": "x"}, tmp_path / ".env")
    assert "HUB_DEVELOPMENT" not in settings({"HUB_SECRET_KEY_FILE": "/run/key"}, tmp_path / ".env")
