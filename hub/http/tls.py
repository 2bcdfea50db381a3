"""context: whose certificates are believed; there is no way to believe all."""

from __future__ import annotations

import ssl
from functools import lru_cache


@lru_cache(maxsize=16)
def context(ca_file: str, sockets: type[ssl.SSLSocket] = ssl.SSLSocket) -> ssl.SSLContext:
    """TLS 1.2 or later, the certificates of the system and those in ca_file, names checked, HTTP/1.1.

    sockets is the class of the connections it makes. Raises OSError when ca_file holds no certificates.
    """
    made = ssl.create_default_context()
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    made.set_alpn_protocols(["http/1.1"])
    made.sslsocket_class = sockets
    if ca_file:
        made.load_verify_locations(cafile=ca_file)
    return made
