"""Options: how chosen deliveries go out again, and whether those that were sent again before go out once more."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from hub.json_types import JSONObject, JSONValue


@dataclass(frozen=True, slots=True)
class Options:
    """is_anew: the bodies are made again by the mapping as it is. repeats: what was sent again before goes out once
    more, as long as that was before the sequence seen, so that two people who ask at once send each once."""

    is_anew: bool = False
    repeats: bool = False
    seen: int = 0

    def as_json(self) -> JSONObject:
        """As the request of a job keeps them."""
        told: JSONObject = msgspec.to_builtins(self)
        return told

    @classmethod
    def parse(cls, told: JSONValue) -> Options:
        """What as_json made, among other members. Raises msgspec.ValidationError."""
        return msgspec.convert(told, cls)
