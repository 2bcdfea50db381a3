"""What is sent as a certificate is one of an authority that is valid, or is refused with its number and advice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hub.environments.trust.certificates import LARGEST_TEXT, PrivateKeySent, read_authorities, read_stored
from hub.errors import Invalid
from tests.hub.http.certificates import DAY, Authority, yesterday

pytestmark = pytest.mark.once

TODAY = datetime.now(tz=UTC)
KEYS = ["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "OPENSSH PRIVATE KEY"]


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path, "Plant CA")


def refusal_of(text: str, at: datetime = TODAY) -> Invalid:
    with pytest.raises(Invalid) as caught:
        read_authorities(text, at)
    return caught.value


def findings(text: str, at: datetime = TODAY) -> list[tuple[str, str]]:
    return [(detail.path, detail.message) for detail in refusal_of(text, at).details]


def test_a_certificate_is_told_by_its_names_its_time_and_its_fingerprint(authority: Authority) -> None:
    [one] = read_authorities(authority.pem, TODAY)
    assert (one.subject, one.issuer, one.pem) == ("CN=Plant CA", "CN=Plant CA", authority.pem)
    assert one.valid_until == authority.certificate.not_valid_after_utc
    assert len(one.fingerprint) == 64
    assert read_stored(one.pem) == one


def test_what_stands_around_certificates_is_left_out(authority: Authority) -> None:
    [one] = read_authorities(f"Subject: <b>Plant</b>\r\n{authority.pem}trailing\n", TODAY)
    assert one.pem == authority.pem


def test_a_certificate_that_stands_there_twice_counts_once(authority: Authority, tmp_path: Path) -> None:
    other = Authority(tmp_path, "Other")
    found = read_authorities(authority.pem + other.pem + authority.pem, TODAY)
    assert [one.subject for one in found] == ["CN=Plant CA", "CN=Other"]


@pytest.mark.parametrize("kind", KEYS)
def test_a_private_key_is_refused_and_no_sentence_holds_any_of_it(authority: Authority, kind: str) -> None:
    text = f"{authority.pem}-----BEGIN {kind}-----\nc2VjcmV0\n-----END {kind}-----\n"
    refusal = refusal_of(text)
    assert isinstance(refusal, PrivateKeySent)
    assert "private key" in refusal.message
    assert "c2VjcmV0" not in refusal.message + str(refusal.details)


def test_a_real_key_is_refused(authority: Authority) -> None:
    assert isinstance(refusal_of(authority.key_pem), PrivateKeySent)


def test_a_certificate_of_a_server_is_refused_by_its_number_and_name(authority: Authority) -> None:
    [(path, message)] = findings(authority.pem + authority.leaf_pem("erp.example"))
    assert path == "certificates[1]"
    assert message.startswith("certificate 2 (CN=erp.example) is not of an authority. Send that of the authority")


def test_one_that_has_expired_is_refused_with_its_day(tmp_path: Path) -> None:
    gone = Authority(tmp_path, "Old CA", until=yesterday())
    [(_, message)] = findings(gone.pem)
    day = yesterday().date().isoformat()
    assert message.startswith(f"certificate 1 (CN=Old CA) expired on {day}. Ask whoever runs the authority")


def test_one_that_is_not_valid_yet_may_be_added_before_its_time(authority: Authority) -> None:
    [one] = read_authorities(authority.pem, TODAY - 30 * DAY)
    assert one.is_to_come(TODAY - 30 * DAY)
    assert not one.is_to_come(TODAY)


def test_thirty_days_before_its_end_it_expires_soon(authority: Authority) -> None:
    [one] = read_authorities(authority.pem, TODAY)
    end = one.valid_until
    assert not one.expires_soon(end - timedelta(days=30, seconds=1))
    assert one.expires_soon(end - timedelta(days=30))
    assert one.expires_soon(end)
    assert (one.has_expired(end), one.has_expired(end + timedelta(seconds=1))) == (False, True)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda pem: pem[:200], "has no end"),
        (lambda pem: pem.replace("\nMI", "\nAA", 1), "cannot be read"),
        (lambda pem: pem.replace("CERTIFICATE", "TRUSTED CERTIFICATE"), "is a TRUSTED CERTIFICATE"),
        (lambda pem: pem.replace("CERTIFICATE", "CERTIFICATE REQUEST"), "is a CERTIFICATE REQUEST"),
        (lambda _: "-----BEGIN CERTIFICATE-----\n\N{SNOWMAN}\n-----END CERTIFICATE-----\n", "cannot be read"),
        (lambda _: "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n", "cannot be read"),
    ],
)
def test_a_block_that_is_no_certificate_is_refused_by_its_number(authority: Authority, tmp_path, change, why) -> None:
    [(path, message)] = findings(Authority(tmp_path, "Good").pem + change(authority.pem))
    assert path == "certificates[1]"
    assert message.startswith(f"certificate 2 {why}")


def test_every_certificate_that_cannot_be_used_is_named(authority: Authority) -> None:
    text = authority.leaf_pem("a.example") + authority.pem + authority.leaf_pem("b.example")
    assert [path for path, _ in findings(text)] == ["certificates[0]", "certificates[2]"]


@pytest.mark.parametrize("text", ["", "no certificate", "\0\udcff", "----BEGIN CERTIFICATE----"])
def test_a_text_without_certificates_is_refused_with_what_to_write(text: str) -> None:
    [(path, message)] = findings(text)
    assert path == "certificates"
    assert "-----BEGIN CERTIFICATE-----" in message


def test_a_text_beyond_the_limit_is_refused(authority: Authority) -> None:
    [(_, message)] = findings(authority.pem + "#" * LARGEST_TEXT)
    assert message.startswith("has more than 64 KB")
