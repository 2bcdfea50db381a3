"""Save and delete channels of alerts; each write is audited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from hub.accounts.audit import Act
from hub.accounts.models import Organization
from hub.environments.operations.author import check_room
from hub.errors import NotFound
from hub.ids import new_id
from hub.json_types import JSONObject
from integrations.operations.author import Author, recorded
from monitoring.alerts.channels import Kind, refuse_forbidden, seal_address, seal_new_secret
from monitoring.alerts.operations.members import changed, check_name, hours_of, set_hours, wrong
from monitoring.alerts.quiet import QuietHours
from monitoring.alerts.telling.holding import release
from monitoring.models import AlertChannel

MOST_CHANNELS: Final = 50
_WRITTEN: Final = ("name", "enabled", "quiet_since", "quiet_until", "quiet_spares_errors")
"""What saving a channel that is there decides; how it does is written by whoever sends, at the same time."""
_OF_ITS_ADDRESS: Final = ("sealed_address", "shown_address", "failing_since", "last_failure")


class NoSuchChannel(NotFound):
    """No such channel in this organization."""

    code = "ALERT_CHANNEL_NOT_FOUND"

    def __init__(self) -> None:
        super().__init__("There is no such channel.")


@dataclass(frozen=True, slots=True)
class ChannelWish:
    """A channel as somebody wants it; an empty address leaves that of a channel that is there. quiet None: it is never
    left alone."""

    name: str
    kind: str
    address: str = field(default="", repr=False)
    enabled: bool = True
    quiet: QuietHours | None = None


@dataclass(frozen=True, slots=True)
class SavedChannel:
    """signing_secret: of a webhook that is new, to be shown once; else empty."""

    channel: AlertChannel
    signing_secret: str = field(default="", repr=False)


def get_channel(organization: Organization, channel_id: UUID) -> AlertChannel:
    """Raises NoSuchChannel."""
    channel = AlertChannel.objects.of(organization).filter(pk=channel_id).select_related("organization").first()
    if channel is None:
        raise NoSuchChannel
    return channel


def save_channel(*, author: Author, wish: ChannelWish, channel_id: UUID | None = None) -> SavedChannel:
    """The channel as it is wished for; its kind never changes. Belongs outside of transactions, as a name may be looked
    up. Raises Invalid, NoSuchChannel, LimitReached."""
    organization, secret = author.organization, ""
    check_name(wish.name)
    if wish.quiet is not None:
        wish.quiet.check()
    if wish.address and wish.kind in Kind.values:
        refuse_forbidden(organization.pk, wish.kind, wish.address)
    with recorded(author) as acts:
        channel = get_channel(organization, channel_id) if channel_id else _new_channel(author, wish)
        before = {} if channel_id is None else _shown_channel(channel)
        channel.name, channel.enabled = wish.name.strip(), wish.enabled
        set_hours(channel, wish.quiet)
        channel.quiet_spares_errors = wish.quiet is not None and wish.quiet.spares_errors
        release(channel, author.at)
        written: tuple[str, ...] = _WRITTEN
        if wish.address or channel_id is None:
            seal_address(channel, wish.address, author.at)
            channel.failing_since, channel.last_failure = None, ""
            written += _OF_ITS_ADDRESS
        if channel_id is None and channel.kind == Kind.WEBHOOK:
            secret = seal_new_secret(channel, author.at)
        _store(channel, written, is_new=channel_id is None)
        changes = changed(before, _shown_channel(channel))
        acts.append(Act("update" if channel_id else "create", "alert_channel", str(channel.pk), changes))
    return SavedChannel(channel, secret)


def delete_channel(*, author: Author, channel_id: UUID) -> None:
    """Rules that told it tell it no more; what is on its way fails. Raises NoSuchChannel."""
    with recorded(author) as acts:
        channel = get_channel(author.organization, channel_id)
        acts.append(Act("delete", "alert_channel", str(channel.pk), {"name": [channel.name, None]}))
        channel.delete()


def _new_channel(author: Author, wish: ChannelWish) -> AlertChannel:
    check_room(AlertChannel.objects.of(author.organization).count(), MOST_CHANNELS, "channels")
    if wish.kind not in Kind.values:
        raise wrong("kind", f"must be one of {', '.join(Kind.values)}")
    return AlertChannel(id=new_id(), organization=author.organization, kind=wish.kind, created_at=author.at)


def _store(channel: AlertChannel, written: Sequence[str], *, is_new: bool) -> None:
    if is_new:
        channel.save(force_insert=True)
    else:
        channel.save(update_fields=written)


def _shown_channel(channel: AlertChannel) -> JSONObject:
    shown: JSONObject = {name: getattr(channel, name) for name in ("name", "kind", "enabled", "shown_address")}
    return shown | hours_of(channel) | {"quiet_spares_errors": channel.quiet_spares_errors}
