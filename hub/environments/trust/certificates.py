"""read_authorities: PEM text as certificates of authorities, each checked; nothing else of the text is kept."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from hub.errors import ErrorDetail, Invalid

LARGEST_TEXT: Final = 64 * 1024
"""Bytes: of one text, and of all certificates of an organization together."""
SOON: Final = timedelta(days=30)
LONGEST_NAME: Final = 500
FIELD: Final = "certificates"

_KEY: Final = re.compile(r"PRIVATE[\s-]*KEY|PuTTY-User-Key-File", re.IGNORECASE)
_BEGIN: Final = re.compile(r"-----BEGIN ([A-Z0-9 ]{1,40})-----")
_FORMAT: Final = "Write PEM text: each certificate from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----"
_KEY_SENT: Final = (
    "holds a private key, and nothing of it was stored. Send the certificate alone; a key that has left its machine is"
    " better replaced"
)


class PrivateKeySent(Invalid):
    """The text holds a private key. No message says more of it."""

    def __init__(self) -> None:
        super().__init__(f"The text {_KEY_SENT}.", details=[ErrorDetail(FIELD, _KEY_SENT)])


@dataclass(frozen=True, slots=True)
class Authority:
    """A certificate of an authority. pem is written anew; subject and issuer are names as RFC 4514 writes them."""

    fingerprint: str
    """SHA-256, 64 hexadecimal digits."""
    pem: str
    subject: str
    issuer: str
    valid_from: datetime
    valid_until: datetime

    def has_expired(self, at: datetime) -> bool:
        """Whether nothing that it has signed is believed any more."""
        return self.valid_until < at

    def expires_soon(self, at: datetime) -> bool:
        """Whether it expires within 30 days, and has not yet."""
        return not self.has_expired(at) and self.valid_until - at <= SOON

    def is_to_come(self, at: datetime) -> bool:
        """Whether it is not valid yet."""
        return at < self.valid_from


def read_authorities(text: str, at: datetime) -> list[Authority]:
    """Each certificate of the text once, in its order; at least one. What stands around them is left out.

    Raises PrivateKeySent, and Invalid with a finding for each certificate, counted from 1, that is none of an
    authority, has expired, or cannot be read.
    """
    if len(text.encode(errors="replace")) > LARGEST_TEXT:
        raise _wrong(f"has more than {LARGEST_TEXT // 1024} KB. Leave out authorities that sign nothing for you")
    if _KEY.search(text):
        raise PrivateKeySent
    found: dict[str, Authority] = {}
    problems: list[ErrorDetail] = []
    for number, block in enumerate(_blocks(text), 1):
        try:
            one = _checked(block, at)
        except _Refused as refusal:
            problems.append(ErrorDetail(f"{FIELD}[{number - 1}]", f"certificate {number} {refusal.why}"))
        else:
            found.setdefault(one.fingerprint, one)
    if problems:
        raise Invalid("Nothing was added: not every certificate can be used.", details=problems)
    if not found:
        raise _wrong(f"holds no certificate. {_FORMAT}; a binary file becomes one by openssl x509 -inform der")
    return list(found.values())


def read_stored(pem: str) -> Authority:
    """A certificate that was checked when it was stored."""
    return _facts(x509.load_pem_x509_certificate(pem.encode()))


class _Refused(Exception):
    """why continues a sentence that begins with the certificate."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def _wrong(why: str) -> Invalid:
    return Invalid(f"The text {why}.", details=[ErrorDetail(FIELD, why)])


def _blocks(text: str) -> Iterator[tuple[str, str]]:
    """Label and text of each block; the text of one without an end is empty."""
    begins = list(_BEGIN.finditer(text))
    borders = [*(begin.start() for begin in begins), len(text)]
    for begin, border in zip(begins, borders[1:], strict=True):
        label, mine = begin.group(1), text[begin.start() : border]
        end = mine.find(f"-----END {label}-----")
        yield label, "" if end < 0 else mine[:end] + f"-----END {label}-----\n"


def _checked(block: tuple[str, str], at: datetime) -> Authority:
    label, text = block
    if label != "CERTIFICATE":
        raise _Refused(f"is a {label}. {_FORMAT}")
    if not text:
        raise _Refused("has no end. Copy it down to -----END CERTIFICATE-----")
    try:
        certificate = x509.load_pem_x509_certificate(text.encode())
        one, is_authority = _facts(certificate), _signs_certificates(certificate)
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=one.pem)
    except (ValueError, TypeError, x509.UnsupportedGeneralNameType, ssl.SSLError) as error:
        raise _Refused("cannot be read. Copy it anew, every line of it") from error
    if not is_authority:
        raise _Refused(f"({one.subject}) is not of an authority. Send that of the authority which has signed it")
    if one.has_expired(at):
        day = one.valid_until.date().isoformat()
        raise _Refused(f"({one.subject}) expired on {day}. Ask whoever runs the authority for its successor")
    return one


def _facts(certificate: x509.Certificate) -> Authority:
    return Authority(
        fingerprint=certificate.fingerprint(hashes.SHA256()).hex(),
        pem=certificate.public_bytes(Encoding.PEM).decode(),
        subject=_text(certificate.subject),
        issuer=_text(certificate.issuer),
        valid_from=certificate.not_valid_before_utc,
        valid_until=certificate.not_valid_after_utc,
    )


def _text(name: x509.Name) -> str:
    """One line, whatever somebody has put into it."""
    shown = "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in name.rfc4514_string())
    return shown[:LONGEST_NAME]


def _signs_certificates(certificate: x509.Certificate) -> bool:
    try:
        if not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca:
            return False
    except x509.ExtensionNotFound:
        return False
    try:
        return certificate.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign
    except x509.ExtensionNotFound:
        return True
