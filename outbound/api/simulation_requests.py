"""What the simulation of an outbound mapping is asked: an expression, its delivery, and an event or a payload."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from hub.api.query_fields import text_of, word_of, wrong
from hub.json_types import ROOT, JSONObject
from outbound.attachments.modes import BASE64
from outbound.simulate import Target
from proxies.file_proxy.steps import MOST_STEPS

MEMBERS: Final = frozenset({"jsonata_expression", "delivery_type", "payload", "event_id", "event_catalog_event"})
OF_WEBHOOKS: Final = frozenset({"delivery_mode"})
"""Members of a simulation for webhooks alone."""
OF_FILES: Final = frozenset({"use_case_slug", "steps"})
"""Members of a simulation of uploads alone."""
MORE: Final = {Target.FILE_PROXY: OF_FILES, Target.WEBHOOK: OF_WEBHOOKS}


@dataclass(frozen=True, slots=True)
class Asked:
    """payload None: the event with that id is meant; its name is empty where nobody says one."""

    expression: str
    target: Target
    payload: JSONObject | None
    event_id: str
    event_name: str
    use_case_slug: str = ""
    has_file_data: bool = False
    """The expression sees the files of the event, as a webhook that sends them in JSON has it."""
    answers: tuple[JSONObject, ...] = ()
    """Of an upload: what its steps would be answered, as far as somebody says."""


def asked_in(body: JSONObject) -> Asked:
    """Raises Invalid for what is not well-formed; whether the expression is any good is the simulation's answer."""
    target = Target(word_of(body, "delivery_type", tuple(Target)) or Target.POLL)
    for name in body:
        if name not in MEMBERS | MORE.get(target, frozenset()):
            raise wrong(ROOT.key(name), "is not known here")
    payload = _payload(body)
    return Asked(
        expression=_expression(body, target),
        target=target,
        payload=payload,
        event_id=text_of(body, "event_id"),
        event_name=text_of(body, "event_catalog_event"),
        use_case_slug=_slug(body) if target is Target.FILE_PROXY else "",
        has_file_data=word_of(body, "delivery_mode", (BASE64,)) == BASE64,
        answers=_answers(body),
    )


def _slug(body: JSONObject) -> str:
    slug = text_of(body, "use_case_slug")
    if not slug:
        raise wrong("use_case_slug", "is required")
    return slug


def _answers(body: JSONObject) -> tuple[JSONObject, ...]:
    answers = body.get("steps")
    if answers is None:
        return ()
    if not isinstance(answers, list) or len(answers) > MOST_STEPS:
        raise wrong("steps", f"must be a list of {MOST_STEPS} objects at most")
    found = [one for one in answers if isinstance(one, dict)]
    if len(found) < len(answers):
        raise wrong("steps", "must be a list of objects")
    return tuple(found)


def _expression(body: JSONObject, target: Target) -> str:
    expression = body.get("jsonata_expression")
    if target is Target.FILE_PROXY and expression is not None:
        raise wrong("jsonata_expression", "is not allowed with a file_proxy delivery")
    if expression is None and target is not Target.WEBHOOK:
        return ""
    if not isinstance(expression, str):
        raise wrong("jsonata_expression", "is required" if expression is None else "must be a string")
    if not expression.strip() and target is Target.WEBHOOK:
        raise wrong("jsonata_expression", "must be a JSONata expression")
    return expression


def _payload(body: JSONObject) -> JSONObject | None:
    payload = body.get("payload")
    is_by_id = body.get("event_id") is not None
    if payload is None and not is_by_id:
        raise wrong("payload", "is required, or event_id in its place")
    if payload is not None and is_by_id:
        raise wrong("payload", "cannot be given beside event_id: send one of the two")
    if payload is None or isinstance(payload, dict):
        return payload
    raise wrong("payload", "must be an object")
