"""ROOM: integrations with their versions, and records whose data was asked for lately."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Final

from django.utils.translation import gettext_lazy as _

from hub.retention.kinds import FixedAge, Kept, Room
from hub.retention.walking import expire_oldest
from integrations.models import AppMapping, AskedRefresh, Integration, Tombstone, UseCase

ROOM: Final = Room(
    _("Integrations"),
    (
        FixedAge(
            label=_("That data of an opened record were asked for, once they may be again"),
            age=timedelta(0),
            models=(AskedRefresh,),
            expire=partial(expire_oldest, AskedRefresh.objects.all(), "until"),
        ),
        Kept(
            label=_("Integrations and use cases with their versions"),
            how_long=_("as long as they are wanted"),
            models=(Integration, UseCase, UseCase.history.model, AppMapping),
        ),
        Kept(
            label=_("Names and version numbers of deleted use cases and integrations"),
            how_long=_("for good: events that are still kept need the name, and no version number names two contents"),
            models=(Tombstone,),
        ),
    ),
)
