"""What codes of errors mean where they are warnings: something was done all the same."""

from __future__ import annotations

from typing import Final

from monitoring.codes.code import Code, Level

WARNING_CODES: Final = [
    Code(
        "ATTRIBUTE_TYPE_MISMATCH",
        Level.WARNING,
        "A value does not fit the type of its attribute; it was stored all the same.",
        "Correct the mapping of the attribute, or its type in the schema.",
    ),
    Code(
        "UNIQUE_ID_NOT_IN_SCHEMA",
        Level.WARNING,
        "The schema does not list an identifier attribute; the entity was written and is found by it all the same.",
        "Add the attribute to the schema, or choose another identifier.",
    ),
    Code(
        "PRICING_FAILED",
        Level.WARNING,
        "The prices of the entity could not be worked out; it was written without them.",
        "Check product, price, quantity and tax of the item that the message names, then replay the event.",
    ),
]
