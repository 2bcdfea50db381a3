"""ROOM: what is configured for environments."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from hub.environments.models import CertificateAuthority, DataKey, Portal, Variable, VariableGroup
from hub.retention.kinds import Kept, Room

ROOM: Final = Room(
    _("Environments"),
    (
        Kept(
            label=_("Variables, portals, authorities and keys"),
            how_long=_("as long as they are wanted"),
            models=(VariableGroup, Variable, Portal, CertificateAuthority, DataKey),
        ),
    ),
)
