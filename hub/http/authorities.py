"""Authorities: certificates of authorities that one policy believes in beside those of the system."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, Self


@dataclass(frozen=True, slots=True)
class Authorities:
    """PEM text and its digest, by which two are equal: it stands in the keys of connections. Empty ones are false."""

    digest: str = ""
    pem: str = field(default="", repr=False, compare=False)

    @classmethod
    def of(cls, certificates: Iterable[str]) -> Self:
        """Of PEM texts that were checked, in any order."""
        pem = "".join(sorted(certificates))
        return cls(hashlib.sha256(pem.encode()).hexdigest(), pem) if pem else cls()

    def __bool__(self) -> bool:
        return bool(self.digest)


NO_AUTHORITIES: Final = Authorities()
