"""request_of: one step of a recipe as the request that is sent, and what becomes of it elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import urljoin

from hub.http.messages import Headers, Request
from hub.http.url import Url, parse
from hub.json_types import JSONValue
from proxies.encodings import Position, RenderingRefused, position_of_body
from proxies.file_proxy.long_texts import LongTexts
from proxies.file_proxy.steps import Step
from proxies.rendering import Values, render
from proxies.templates import placeholders

MOST_PUT_BACK: Final = 8 * 1024 * 1024
"""Bytes of a long text that a later step may send on."""
KEPT_ELSEWHERE: Final = frozenset({"accept"})
"""Headers of an author that another origin gets to see after a redirect."""


@dataclass(frozen=True, slots=True)
class Known:
    """What templates may be filled with. origins: those that the author's own text has led to so far.

    file_data: the files of an upload, without their contents.
    """

    params: Mapping[str, JSONValue]
    steps: list[JSONValue]
    env: Mapping[str, str] = field(repr=False)
    texts: LongTexts
    origins: set[str]
    file_data: JSONValue = None


def request_of(step: Step, known: Known, *, token: str | None, extra: Headers = ()) -> Request:
    """The request, with the token unless the step has an Authorization of its own or leads where only data says so.

    Raises RenderingRefused, ConfigurationError, and UrlRefused.
    """
    values = _values(step, known, token)
    url = parse(_rendered(step.url, Position.URL, values, known))
    headers = [(name, _rendered(text, Position.HEADER, values, known)) for name, text in step.headers]
    if not step.takes_url_from_value:
        known.origins.add(origin_of(url))
    has_own = any(name.lower() == "authorization" for name, _ in headers)
    if token is not None and not has_own and origin_of(url) in known.origins:
        headers.append(("Authorization", f"Bearer {token}"))
    return Request(step.method, url, (*headers, *extra), _body(step, headers, values, known))


def redirected(request: Request, location: str) -> Request:
    """The same request where the answer sent it. Another origin learns nothing of what the author sent.

    Raises UrlRefused.
    """
    url = parse(urljoin(request.url.text, location))
    if origin_of(url) == origin_of(request.url):
        return replace(request, url=url)
    kept = tuple((name, value) for name, value in request.headers if name.lower() in KEPT_ELSEWHERE)
    return Request(request.method, url, kept)


def origin_of(url: Url) -> str:
    """Scheme, host and port."""
    return f"{url.scheme}://{url.authority}"


def _values(step: Step, known: Known, token: str | None) -> Values:
    names = {
        one.segments()[0] for text in step.templates for one in placeholders(text, may_hold_braces=True) if one.is_value
    }
    steps: JSONValue = known.steps
    if "steps" in names:
        steps = known.texts.put_back(steps, most_bytes=MOST_PUT_BACK)
    context: dict[str, JSONValue] = {"params": dict(known.params), "steps": steps, "auth_token": token}
    return Values(context | {"file_data": known.file_data}, known.env)


def _rendered(template: str, position: Position, values: Values, known: Known) -> str:
    text = render(template, position, values)
    if known.texts.are_in(text):
        raise RenderingRefused(f"A value is longer than {MOST_PUT_BACK} bytes, or the body of a file in a template.")
    return text


def _body(step: Step, headers: list[tuple[str, str]], values: Values, known: Known) -> bytes | None:
    if step.body is None or step.method == "GET":
        return None
    media_type = next((value for name, value in headers if name.lower() == "content-type"), None)
    return _rendered(step.body, position_of_body(media_type, step.body), values, known).encode(errors="surrogatepass")
