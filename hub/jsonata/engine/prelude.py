"""The hub's own functions, written in the language itself and put before an expression that names them."""

from __future__ import annotations

from hub.jsonata import source

_FUNCTIONS = {
    "$default": "$default:=function($v,$f){$exists($v)?$v:$f};",
    "$mapValue": (
        '$mapValue:=function($m,$k,$d){$type($m)="object"'
        "?($v:=$exists($k)?$lookup($m,$string($k));$exists($v)?$v:$d)"
        ':$error("$mapValue: the first argument must be an object")};'
    ),
    "$mapKey": (
        '$mapKey:=function($m,$v,$d){$type($m)="object"'
        "?($k:=[$keys($m)[$lookup($m,$)=$v]][0];$exists($k)?$k:$d)"
        ':$error("$mapKey: the first argument must be an object")};'
    ),
    "$germanDate": (
        '$germanDate:=function($d){$type($d)="string" and $length($d)>=10'
        '?$substring($d,8,2)&"."&$substring($d,5,2)&"."&$substring($d,0,4)};'
    ),
    "$now": "$now:=function($p,$z){$fromMillis($__millis,$p,$z)};",
    "$millis": "$millis:=function(){$__millis};",
    "$random": "$random:=function(){$__random};",
    "$eval": '$eval:=function($e,$c){$error("$eval is not available")};',
}
"""Clock and chance are facts of the event, so that every attempt has the same answer; $eval would escape the checks."""

_FACTS = {"$event": "event", "$env": "env", "$now": "__millis", "$millis": "__millis", "$random": "__random"}
"""Variable or function → the fact that it needs bound."""


def complete(text: str, *, is_item: bool) -> str:
    """The expression as the engine gets it; for an item, `$$` reads the private payload variable."""
    named = source.variables(text)
    body = source.with_payload_variable(text) if is_item and "$$" in named else text
    functions = "".join(definition for name, definition in _FUNCTIONS.items() if name in named)
    return f"({functions}({body}\n))" if functions else body


def needs_payload(text: str) -> bool:
    """True when the expression reads the original payload."""
    return "$$" in source.variables(text)


def needed_facts(text: str) -> tuple[str, ...]:
    """The facts that the expression may read, sorted."""
    named = source.variables(text)
    return tuple(sorted({fact for name, fact in _FACTS.items() if name in named}))
