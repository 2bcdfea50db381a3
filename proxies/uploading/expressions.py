"""Expressions of an upload: the body of a step, and whether it is made at all."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from hub.json_types import JSONObject, JSONValue
from proxies.file_proxy.extraction import json_text
from proxies.file_proxy.long_texts import LongText, LongTexts
from proxies.mapping.evaluating import evaluate
from proxies.mapping.plan import Plan
from proxies.uploading.failures import EXPRESSION_FAILED, UploadFailed
from proxies.uploading.orders import UploadOrder
from proxies.uploading.secrets import Environment


@dataclass(frozen=True, slots=True)
class Expressions:
    """Evaluates over the event. files and steps hold handles where they hold long texts; steps grows meanwhile."""

    order: UploadOrder
    environment: Environment
    files: Sequence[JSONObject]
    steps: Sequence[JSONValue]

    def document(self, expression: str, position: int) -> str:
        """What the expression of a body yields, as JSON text. Raises UploadFailed, Busy and NoChild."""
        text = self._text(expression, position, "body_jsonata")
        if text[:1] not in {"{", "["}:
            raise _failed(position, "body_jsonata", "yields neither an object nor a list")
        return text

    def holds(self, condition: bool | str, position: int) -> bool:
        """Whether a condition is met: as the language casts values, nothing, 0, "" and [] are false."""
        if isinstance(condition, bool):
            return condition
        text = self._text(condition, position, "enabled")
        value: JSONValue = json.loads(text) if text else None
        return _is_true(value)

    def _text(self, expression: str, position: int, member: str) -> str:
        plan = Plan(expression, f"steps[{position}].{member}", environment=self.environment.seen())
        bindings = {
            "file_data": json_text([*self.files]),
            "steps": json_text([*self.steps]),
            "ack_id": json_text(self.order.ack_id),
        }
        mapped = evaluate(plan, self.order.event, bindings=bindings, at=self.order.at)
        if mapped.failure is not None:
            failure = mapped.failure
            place = f" (line {failure.line}, column {failure.column})" if failure.line else ""
            raise _failed(position, member, f"{failure.message}{place}")
        return mapped.text


def parts_of(text: str, position: int, texts: LongTexts, environment: Environment) -> list[bytes | LongText]:
    """What an expression of a body has yielded, with the long text in the place of each handle.

    Raises UploadFailed where a handle or the placeholder of a secret was changed.
    """
    try:
        environment.check(text)
        return [*texts.split(text)]
    except ValueError:
        raise UploadFailed(
            EXPRESSION_FAILED,
            f"steps[{position}].body_jsonata changes a file or a secret; they can only be put somewhere whole.",
        ) from None


def _is_true(value: JSONValue) -> bool:
    if isinstance(value, list):
        return any(_is_true(member) for member in value)
    return bool(value)


def _failed(position: int, member: str, why: str) -> UploadFailed:
    return UploadFailed(EXPRESSION_FAILED, f"steps[{position}].{member}: {why}")
