"""ROOM: answers that are given again to whoever repeats a request."""

from __future__ import annotations

from functools import partial
from typing import Final

from django.utils.translation import gettext_lazy as _

from hub.api.idempotency.claims import KEPT
from hub.api.models import KeptAnswer
from hub.retention.kinds import FixedAge, Room
from hub.retention.walking import expire_oldest

ROOM: Final = Room(
    _("API"),
    (
        FixedAge(
            label=_("Answers to requests with an idempotency key"),
            age=KEPT,
            models=(KeptAnswer,),
            expire=partial(expire_oldest, KeptAnswer.objects.all(), "created_at"),
            # An answer may have a megabyte.
            at_once=500,
        ),
    ),
)
