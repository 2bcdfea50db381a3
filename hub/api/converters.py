"""Path converters: a UUID or nothing, a slug, an opaque id that leaves a colon verb alone."""

from __future__ import annotations

from uuid import UUID

from django.urls.converters import get_converters, register_converter


class IdConverter:
    """``<id:integration_id>``: a hyphenated UUID; anything else does not match, so it is 404."""

    regex = "[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"

    def to_python(self, value: str) -> UUID:
        """The UUID."""
        return UUID(value)

    def to_url(self, value: UUID | str) -> str:
        """Lower case with hyphens."""
        return str(value)


class SlugConverter:
    """``<use_case_slug:slug>``: what api.md section 6 calls a slug."""

    regex = "[a-z0-9][a-z0-9_-]{0,254}"

    def to_python(self, value: str) -> str:
        """The slug."""
        return value

    def to_url(self, value: str) -> str:
        """The slug."""
        return value


class OpaqueConverter(SlugConverter):
    """``<opaque:event_id>``: any id of up to 255 characters without slash, colon or control character."""

    regex = r"[^/:\x00-\x1f\x7f]{1,255}"


class TextConverter(SlugConverter):
    """``<text:correlation_id>``: any text of up to 255 characters without control characters, that ends in no slash."""

    regex = r"[^\x00-\x1f\x7f]{0,254}[^\x00-\x1f\x7f/]"


CONVERTERS: dict[str, type[SlugConverter | IdConverter]] = {
    "id": IdConverter,
    "use_case_slug": SlugConverter,
    "opaque": OpaqueConverter,
    "text": TextConverter,
}


def register() -> None:
    """Make the converters known by name; repeating it changes nothing."""
    known = get_converters()
    for name, converter in CONVERTERS.items():
        if name not in known:
            register_converter(converter, name)
