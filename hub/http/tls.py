"""context: whose certificates are believed; there is no way to believe all."""

from __future__ import annotations

import ssl
from functools import lru_cache
from typing import Final

from hub.http.authorities import NO_AUTHORITIES, Authorities

MOST_CONTEXTS: Final = 64
"""Kept in one process. Each holds the certificates of the system anew: some 900 KB, tens of milliseconds to make."""


@lru_cache(maxsize=MOST_CONTEXTS)
def context(
    ca_file: str, authorities: Authorities = NO_AUTHORITIES, sockets: type[ssl.SSLSocket] = ssl.SSLSocket
) -> ssl.SSLContext:
    """TLS 1.2 or later, the certificates of the system, of ca_file and the authorities, names checked, HTTP/1.1.

    sockets is the class of the connections it makes. Raises OSError when ca_file or authorities hold no certificates.
    """
    made = ssl.create_default_context()
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    made.set_alpn_protocols(["http/1.1"])
    made.sslsocket_class = sockets
    if ca_file:
        made.load_verify_locations(cafile=ca_file)
    if authorities:
        made.load_verify_locations(cadata=authorities.pem)
        # Whoever names an intermediate authority means that one, and not the root above it.
        made.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return made
