"""What a body is, the empty one, and the part that several rooms send."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.contract.things import Things

Body = Callable[[Things], Any]
"""Makes the body of a good request about these things. Any: JSON of any shape, also a broken one."""


def no_body(things: Things) -> None:
    """Of requests that say everything in their path."""
    return


def component(things: Things) -> dict[str, Any]:
    """The component of an app that leads to the integration."""
    return {"app_id": things.app_id, "component_id": things.component_id}
