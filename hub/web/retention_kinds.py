"""ROOM: what people saved of lists."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from hub.retention.kinds import Kept, Room
from hub.web.models import SavedView

ROOM: Final = Room(
    _("Pages"), (Kept(label=_("Saved views"), how_long=_("as long as they are wanted"), models=(SavedView,)),)
)
