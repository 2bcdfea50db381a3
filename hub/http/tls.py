"""context and context_soon: whose certificates are believed; there is no way to believe all."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections import OrderedDict
from typing import Final, TypeAlias

from hub.http.authorities import NO_AUTHORITIES, Authorities

MOST_CONTEXTS: Final = 64
"""Kept in one process. Each holds the certificates of the system anew: some 900 KB, tens of milliseconds to make."""


Key: TypeAlias = tuple[str, Authorities, type[ssl.SSLSocket]]

_kept: OrderedDict[Key, ssl.SSLContext] = OrderedDict()
_keeping = threading.Lock()
"""Held for moments."""
_making = threading.Lock()
"""Held as long as making one takes: whoever wants the same one waits for it instead of making another."""


def context(
    ca_file: str, authorities: Authorities = NO_AUTHORITIES, sockets: type[ssl.SSLSocket] = ssl.SSLSocket
) -> ssl.SSLContext:
    """TLS 1.2 or later, the certificates of the system, of ca_file and the authorities, names checked, HTTP/1.1.

    sockets is the class of the connections it makes. Raises OSError when ca_file or authorities hold no certificates.
    """
    key = (ca_file, authorities, sockets)
    if (kept := _find(key)) is not None:
        return kept
    with _making:
        kept = _find(key)  # another may have made it meanwhile
        return _keep(key, _made(*key)) if kept is None else kept


async def context_soon(ca_file: str, authorities: Authorities = NO_AUTHORITIES) -> ssl.SSLContext:
    """The same for an event loop, which goes on while a thread makes it."""
    kept = _find((ca_file, authorities, ssl.SSLSocket))
    return await asyncio.to_thread(context, ca_file, authorities) if kept is None else kept


def _find(key: Key) -> ssl.SSLContext | None:
    with _keeping:
        if key in _kept:
            _kept.move_to_end(key)
        return _kept.get(key)


def _keep(key: Key, made: ssl.SSLContext) -> ssl.SSLContext:
    """The one used least recently goes where there are too many."""
    with _keeping:
        _kept[key] = made
        while len(_kept) > MOST_CONTEXTS:
            _kept.popitem(last=False)
    return made


def _made(ca_file: str, authorities: Authorities, sockets: type[ssl.SSLSocket]) -> ssl.SSLContext:
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
