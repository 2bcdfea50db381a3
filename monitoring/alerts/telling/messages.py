"""message_of: several notices of one channel as one message, in the form of its kind; pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from hub.display_zone import day_at, display_zone
from hub.json_encoding import timestamp
from hub.json_types import JSONObject, JSONValue
from monitoring.alerts.deciding import Change

MOST_TOLD: Final = 20
"""Notices that one message names; of the others it says how many there are."""
HEADING_CHARACTERS: Final = 200
SHOW: Final = "Show it"
"""What a link to the subject of a line is called."""
LATE: Final = timedelta(minutes=3)
"""Older ones say when they were noticed: rules are looked at once a minute."""
_MARKDOWN: Final = re.compile(r"[\\`*_\[\]#~<>|]")
_LIST: Final = re.compile(r"^(\d*)([-+.])")


@dataclass(frozen=True, slots=True)
class Told:
    """One notice as a message tells it. url leads to what it is about; empty where nobody knows."""

    rule: str
    change: str
    severity: str
    subject: str
    text: str
    value: float | None
    at: datetime
    url: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of a message, and where it leads; url is empty where it leads nowhere."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """id is the same in every attempt; url leads to the page of alerts. at: the moment of this attempt."""

    id: UUID
    organization: str
    url: str
    told: Sequence[Told]
    at: datetime
    is_test: bool = False

    @property
    def heading(self) -> str:
        """One line: what it is, or how much."""
        mark = "[Test] " if self.is_test else ""
        if len(self.told) == 1:
            return _one_line(f"{mark}[{self._state}] {self.told[0].rule} ({self.organization})")
        return _one_line(f"{mark}[{self._state}] {self._numbers} ({self.organization})")

    @property
    def lines(self) -> list[Line]:
        """A sentence for each, the first ones of many."""
        marked = len(self.told) > 1
        lines = [Line(_line(one, is_marked=marked) + self._age_of(one), one.url) for one in self.told[:MOST_TOLD]]
        more = len(self.told) - len(lines)
        return [*lines, Line(f"… and {more} more.")] if more else lines

    def _age_of(self, one: Told) -> str:
        """What was held back or not taken for a while is no news: it may be over, and says of when it is."""
        if self.at - one.at < LATE:
            return ""
        noticed = one.at.astimezone(display_zone())
        is_today = noticed.date() == day_at(self.at)
        return f" (noticed at {noticed:%H:%M %Z})" if is_today else f" (noticed on {noticed:%Y-%m-%d at %H:%M %Z})"

    @property
    def _state(self) -> str:
        """The worst severity of what fires, the first by the alphabet; over where nothing does."""
        return min((one.severity for one in self.told if one.change != Change.RECOVERED), default="over")

    @property
    def _numbers(self) -> str:
        over = sum(one.change == Change.RECOVERED for one in self.told)
        fired = len(self.told) - over
        alerts = f"{fired} alert{'' if fired == 1 else 's'}"
        return ", ".join([alerts] * bool(fired) + [f"{over} over"] * bool(over))


def webhook_body(message: Message) -> JSONObject:
    """What our own webhook gets."""
    return {
        "id": str(message.id),
        "type": "alerts",
        "test": message.is_test,
        "organization": message.organization,
        "url": message.url,
        "notices": [_document(one) for one in message.told],
    }


def slack_body(message: Message) -> JSONObject:
    """What Slack and those that take its webhooks get; nothing in it is read as markup."""
    lines = "\n".join(f"• {_plain(line.text)}{_slack_link(line.url)}" for line in message.lines)
    return {"text": f"*{_plain(message.heading)}*\n{lines}\n<{message.url}|Open the alerts>"}


def teams_body(message: Message) -> JSONObject:
    """An adaptive card, as Teams takes it from a webhook; nothing in it is read as Markdown."""
    heading: JSONObject = {"type": "TextBlock", "weight": "Bolder", "wrap": True, "text": _literal(message.heading)}
    lines: list[JSONValue] = [
        {"type": "TextBlock", "wrap": True, "text": f"{_literal(line.text)}{_markdown_link(line.url)}"}
        for line in message.lines
    ]
    card: JSONObject = {
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [heading, *lines],
        "actions": [{"type": "Action.OpenUrl", "title": "Open the alerts", "url": message.url}],
    }
    kind = "application/vnd.microsoft.card.adaptive"
    return {"type": "message", "attachments": [{"contentType": kind, "content": card}]}


def mail_text(message: Message) -> str:
    """The body of a mail."""
    lines = [text for line in message.lines for text in (f"- {line.text}", *([f"  {line.url}"] if line.url else []))]
    return "\n".join([message.heading, "", *lines, "", message.url, ""])


def _document(one: Told) -> JSONObject:
    return {
        "rule": one.rule,
        "change": one.change,
        "severity": one.severity,
        "subject": one.subject,
        "text": one.text,
        "value": one.value,
        "url": one.url or None,
        "at": timestamp(one.at),
    }


def _line(one: Told, *, is_marked: bool) -> str:
    """What is over says so by itself."""
    mark = f"[{one.severity}] " if is_marked and one.change != Change.RECOVERED else ""
    return mark + " ".join(one.text.split())


def _one_line(text: str) -> str:
    """A line break would end the header of a mail."""
    return " ".join(text.split())[:HEADING_CHARACTERS]


def _plain(text: str) -> str:
    """Names are chosen by people; a mention of everybody is not."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _slack_link(url: str) -> str:
    return f" <{_plain(url)}|{SHOW}>" if url else ""


def _markdown_link(url: str) -> str:
    """Ours alone is one: its query is quoted, so that no bracket ends it."""
    return f" [{SHOW}]({url})" if url else ""


def _literal(text: str) -> str:
    """Names are chosen by people; a link or a list is not. The first characters are those that begin a list."""
    return _LIST.sub(r"\1\\\2", _MARKDOWN.sub(r"\\\g<0>", text))
