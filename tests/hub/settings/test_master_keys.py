"""What HUB_MASTER_KEYS may say, and what stops the boot in one sentence."""

from __future__ import annotations

import base64
import hashlib

import pytest
from django.core.exceptions import ImproperlyConfigured

from hub.settings.env import Environment
from hub.settings.master_keys import master_keys

SECRET_KEY = "a secret key of a server, which has more than fifty characters"
ONE, OTHER = bytes(range(32)), bytes(range(1, 33))


def text(key):
    return base64.b64encode(key).decode()


@pytest.fixture
def read(tmp_path):
    """The keys of these variables."""

    def read(value=None, *, is_development=False, **variables):
        found = variables | ({} if value is None else {"HUB_MASTER_KEYS": value})
        env = Environment({name: str(each) for name, each in found.items()})
        return master_keys(env, var_dir=tmp_path, is_development=is_development, secret_key=SECRET_KEY)

    return read


def refusal(read, value=None, **options):
    with pytest.raises(ImproperlyConfigured) as refused:
        read(value, **options)
    return str(refused.value)


@pytest.mark.parametrize("divider", [",", ", ", "\n", ",\n"])
def test_keys_keep_their_order(read, divider):
    found = read(f"new:{text(ONE)}{divider}old:{text(OTHER)}")
    assert list(found.items()) == [("new", ONE), ("old", OTHER)]


def test_both_alphabets_of_base64_are_read_with_or_without_padding(read):
    key = b"\xff\xef" * 16
    spelled = [base64.b64encode(key).decode(), base64.urlsafe_b64encode(key).decode().rstrip("=")]
    assert [read(f"k:{each}")["k"] for each in spelled] == [key, key]


@pytest.mark.parametrize("value", [None, ""])
def test_a_missing_key_is_refused_with_how_to_make_one(read, value):
    assert refusal(read, value).startswith("HUB_MASTER_KEYS is not set. Write id:key")


@pytest.mark.parametrize("key", [text(ONE[:31]), text(ONE + b"x"), "", "***", "password", text(ONE)[:-2]])
def test_a_key_of_another_length_is_refused(read, key):
    assert "The key k of HUB_MASTER_KEYS is not 32 bytes long." in refusal(read, f"k:{key}")


@pytest.mark.parametrize("entry", ["{0}", ":{0}", "a.b:{0}", "k:{0},k:{1}", "k:{0},,k:{1}"])
def test_an_id_that_is_missing_no_word_or_there_twice_is_refused(read, entry):
    assert "has no id" in refusal(read, entry.format(text(ONE), text(OTHER)))


def test_the_same_key_under_two_ids_is_refused(read):
    assert "same key under two ids" in refusal(read, f"a:{text(ONE)},b:{text(ONE)}")


@pytest.mark.parametrize(
    "key",
    [
        SECRET_KEY.encode()[:32],
        hashlib.sha256(SECRET_KEY.encode()).digest(),
        hashlib.sha256(SECRET_KEY.encode()).hexdigest().encode()[:32],
        hashlib.md5(SECRET_KEY.encode()).hexdigest().encode(),
        hashlib.sha512(SECRET_KEY.encode()).digest()[:32],
    ],
)
def test_a_key_that_comes_from_the_secret_key_is_refused(read, key):
    assert "comes from HUB_SECRET_KEY" in refusal(read, f"k:{text(key)}")


def test_a_secret_key_that_is_the_master_key_is_refused(tmp_path):
    env = Environment({"HUB_MASTER_KEYS": f"k:{text(ONE)}"})
    with pytest.raises(ImproperlyConfigured, match="comes from HUB_SECRET_KEY"):
        master_keys(env, var_dir=tmp_path, is_development=False, secret_key=text(ONE))


@pytest.mark.parametrize("value", [f"k:{text(ONE[:31])}", f"bad id:{text(ONE)}"])
def test_no_sentence_shows_a_key(read, value):
    assert text(ONE)[:20] not in refusal(read, value)


def test_a_key_that_stands_without_an_id_is_not_taken_for_one_and_shown(read):
    told = refusal(read, ONE[:16].hex())
    assert (ONE[:16].hex() in told, "Entry 1 of HUB_MASTER_KEYS has no id" in told) == (False, True)


def test_a_file_that_everybody_may_read_is_refused(read, tmp_path):
    file = tmp_path / "keys"
    file.write_text(f"k:{text(ONE)}")
    file.chmod(0o644)
    assert "everybody on this machine may read it: chmod o-r" in refusal(read, HUB_MASTER_KEYS_FILE=file)
    file.chmod(0o640)
    assert read(HUB_MASTER_KEYS_FILE=file) == {"k": ONE}


def test_a_file_that_is_not_there_is_refused(read, tmp_path):
    assert "cannot be read" in refusal(read, HUB_MASTER_KEYS_FILE=tmp_path / "none")


def test_development_makes_a_key_and_keeps_it_to_its_owner(read, tmp_path):
    first = read(is_development=True)
    assert first == read(is_development=True)
    assert (len(first["development"]), (tmp_path / "master_key").stat().st_mode & 0o777) == (32, 0o600)


def test_a_key_that_is_set_is_taken_in_development_too(read, tmp_path):
    assert read(f"k:{text(ONE)}", is_development=True) == {"k": ONE}
    assert not (tmp_path / "master_key").exists()
