"""The ways in which the bytes of files go along with an event (outbound.md 7.4)."""

from __future__ import annotations

from typing import Final

BASE64, MULTIPART = "json_base64", "binary_multipart"
DELIVERY_MODES: Final = (BASE64, MULTIPART)
FIELD_NAME: Final = "file"
"""Of the parts that are files, unless a webhook says otherwise."""
METADATA: Final = "_metadata"
"""Behind that name: the field with what is signed of a file."""
