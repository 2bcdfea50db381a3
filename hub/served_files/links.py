"""Links to files, signed for organization, path, parameters and a few minutes (proxies-and-security.md 6.2)."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, TypeAlias
from urllib.parse import quote

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from hub.errors import HubError

Parameters: TypeAlias = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a link is for: it is a part of its key and of what is signed, so that no link opens the other kind."""

    info: str
    text: str


FILE_URL: Final = Purpose("hub/file-url/v1", "hub-file-v1")
"""Links to what file proxies fetch."""
BLOB: Final = Purpose("hub/blob/v1", "hub-blob-v1")
"""Links to what the hub itself has stored."""
FARTHEST_EXPIRY: Final = timedelta(minutes=16)
"""No link of ours lives longer, so one that says so was not made by us."""
OF_THE_SIGNATURE: Final = frozenset({"expires_at", "kid", "signature"})
"""Parameters that signing sets, whatever was there."""

_KEY_BYTES: Final = 32
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MOMENT: Final = re.compile(r"[0-9]{1,15}")


class LinkRefused(HubError):
    """A link without a signature that counts now. The same words for every reason."""

    code = "LINK_REFUSED"
    status = 401

    def __init__(self) -> None:
        super().__init__("This link is not valid or no longer so. Open the file again from where you found it.")


@dataclass(frozen=True, slots=True)
class SignedLink:
    """A link that opens a file until expires_at, whoever has it."""

    url: str = field(repr=False)
    expires_at: datetime


def sign(path: str, parameters: Parameters, *, at: datetime, purpose: Purpose = FILE_URL) -> SignedLink:
    """The hub's own address of path with these parameters, which name the organization in orgId, signed from at on."""
    expires_at = at + timedelta(minutes=settings.HUB_FILE_URL_MINUTES)
    key_id, master = next(iter(settings.HUB_FILE_URL_KEYS.items()))
    plain = [(name, value) for name, value in parameters if name not in OF_THE_SIGNATURE]
    signed = [*plain, ("expires_at", str(_milliseconds(expires_at))), ("kid", key_id)]
    key = organization_key(master, dict(plain)["orgId"], purpose)
    query = encoded([*signed, ("signature", signature_of(key, path, signed, purpose))])
    return SignedLink(f"{settings.HUB_BASE_URL.rstrip('/')}{path}?{query}", expires_at)


def verify(path: str, parameters: Mapping[str, str], *, at: datetime, purpose: Purpose = FILE_URL) -> None:
    """Raise LinkRefused unless the signature is ours, for this path and all of these parameters, and counts at at."""
    master = settings.HUB_FILE_URL_KEYS.get(parameters.get("kid", ""))
    expires_at, claimed = parameters.get("expires_at", ""), parameters.get("signature", "")
    if master is None or "orgId" not in parameters or not _MOMENT.fullmatch(expires_at):
        raise LinkRefused
    signed = [(name, value) for name, value in parameters.items() if name != "signature"]
    expected = signature_of(organization_key(master, parameters["orgId"], purpose), path, signed, purpose)
    is_ours = hmac.compare_digest(expected.encode(), claimed.encode())
    now, farthest = _milliseconds(at), _milliseconds(at + FARTHEST_EXPIRY)
    if not is_ours or not now < int(expires_at) <= farthest:
        raise LinkRefused


def organization_key(master: bytes, organization: str, purpose: Purpose = FILE_URL) -> bytes:
    """The key of one organization: a link of another is signed with another."""
    info = f"{purpose.info}/{organization}".encode()
    return HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=info).derive(master)


def signature_of(key: bytes, path: str, parameters: Parameters, purpose: Purpose = FILE_URL) -> str:
    """In lower-case hexadecimal. The order of the parameters does not count."""
    text = f"{purpose.text}\nGET\n{path}\n{encoded(sorted(parameters))}"
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def encoded(parameters: Parameters) -> str:
    """The parameters as a query: everything outside of A-Z a-z 0-9 - . _ ~ percent-encoded."""
    return "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in parameters)


def _milliseconds(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(milliseconds=1)
