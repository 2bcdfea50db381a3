"""ROOM: tables of the kernel that stand below this room, of the framework, and of retention itself."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Final

from allauth.account.models import EmailAddress, EmailConfirmation
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.utils.translation import gettext_lazy as _

from hub.accounts.models import ApiToken, AuditEntry, Membership, Organization, User
from hub.models import SharedPlace, WorkerHeartbeat
from hub.retention.kinds import FixedAge, Kept, Room
from hub.retention.models import RetentionAge, RetentionWalk, StoredBytes
from hub.retention.walking import delete, expire_oldest


def _expire_stored_bytes(limit: datetime, most: int) -> int:
    old = StoredBytes.objects.filter(day__lt=limit.date()).order_by("day")
    return delete(StoredBytes, old.values_list("pk", flat=True)[:most])


ROOM: Final = Room(
    _("Organizations and operation"),
    (
        FixedAge(
            label=_("Sessions of people, once they ended"),
            age=timedelta(0),
            models=(Session,),
            expire=partial(expire_oldest, Session.objects.all(), "expire_date"),
        ),
        FixedAge(
            label=_("Bytes per use case and day"),
            age=timedelta(days=400),
            models=(StoredBytes,),
            expire=_expire_stored_bytes,
        ),
        Kept(
            label=_("Audit trail"),
            how_long=_("for good: each entry carries the hash of the one before, so none can be taken out"),
            models=(AuditEntry,),
        ),
        Kept(
            label=_("What people did in the admin for support"),
            how_long=_("for good: a line for each act of a person"),
            models=(LogEntry,),
        ),
        Kept(
            label=_("Organizations, people, roles and tokens"),
            how_long=_("as long as they are wanted"),
            models=(
                Organization,
                User,
                Membership,
                ApiToken,
                EmailAddress,
                EmailConfirmation,
                Group,
                Permission,
                ContentType,
            ),
        ),
        Kept(
            label=_("How far deletion has come, and its ages"),
            how_long=_("a row for each kind and age"),
            models=(RetentionAge, RetentionWalk),
        ),
        Kept(
            label=_("Signs of life of workers, and what is under way"),
            how_long=_("until the worker has been silent for a day, or the work has ended"),
            models=(WorkerHeartbeat, SharedPlace),
        ),
    ),
)
