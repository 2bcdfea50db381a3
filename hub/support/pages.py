"""SupportPage: one table in the admin, read-only, with bounded cost however many rows it has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from hub.accounts.models import User
from hub.ids import find_id
from hub.support.confirming import CONFIRMED, confirmation
from hub.support.correlated import keys_of_correlation
from hub.support.exporting import export_rows
from hub.support.facts import FactsPage
from hub.support.keyset import KeysetList
from hub.web import once

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    Rows = models.QuerySet[models.Model]
    Group = list[str] | tuple[str, ...] | tuple[()]
else:
    Rows = models.QuerySet


class SupportPage(FactsPage):
    """Subclasses name the columns; what is in neither tuple is not even read from the database.

    prefix: of public ids, so that these are found too. plural: of the rows, where it is irregular.
    looked_up_by: indexed columns that links may filter by. is_correlated: whether rows are found by their correlation
    ids, too, which an index has to begin with their organization for.
    """

    prefix: ClassVar[str] = ""
    plural: ClassVar[str] = ""
    looked_up_by: ClassVar[Sequence[str]] = ()
    is_correlated: ClassVar[bool] = False
    change_list_template = "support/change_list.html"
    ordering: ClassVar[tuple[str, ...]] = ("-pk",)
    list_per_page = 50
    list_max_show_all = 0
    show_full_result_count = False
    sortable_by = ()
    search_fields = ("pk",)
    search_help_text = _("id, whole")
    actions: Sequence[Any] = (export_rows,)  # Any: functions, and names of methods

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Rows are made by the hub."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """And changed by it."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """And deleted by it."""
        return False

    def has_act_permission(self, request: HttpRequest) -> bool:
        """Who may use actions: whoever runs the server. Other staff only looks."""
        return isinstance(request.user, User) and request.user.is_active and request.user.is_superuser

    def changelist_view(
        self,
        request: HttpRequest,
        extra_context: dict[str, Any] | None = None,  # Any: the library's
    ) -> HttpResponse:
        """Named for what it lists."""
        return super().changelist_view(request, {"title": self.heading, **(extra_context or {})})

    @property
    def heading(self) -> str:
        """What the rows are called, above their list and in the index."""
        return str(capfirst(self.plural or self.opts.verbose_name_plural))

    def get_changelist(self, request: HttpRequest, **_: object) -> type[KeysetList]:
        """One page behind the other, never counted."""
        return KeysetList

    def response_action(  # type: ignore[override]  # the stubs are those of a later Django
        self, request: HttpRequest, queryset: Rows
    ) -> HttpResponse | None:
        """Asked for the first time, an action shows what it would be done to; confirmed, it is done, and once only:
        a reload or a second click does nothing. A file may be fetched as often as somebody likes.
        """
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)[: self.list_per_page]
        action = next(filter(None, request.POST.getlist("action")), "")
        if not chosen or action not in self.get_actions(request):
            return super().response_action(request, queryset)
        if CONFIRMED not in request.POST or once.FIELD not in request.POST:
            return confirmation(self, request, action, list(queryset.filter(pk__in=chosen)))
        if action != export_rows.__name__ and not once.take(request):
            messages.info(request, _("That is done already; it was not done a second time."))
            return HttpResponseRedirect(request.get_full_path())
        return super().response_action(request, queryset)

    def get_queryset(self, request: HttpRequest) -> Rows:
        """Without the columns that are not shown."""
        columns = {field.name for field in self.model._meta.concrete_fields if not field.primary_key}
        shown = {name.removesuffix("_id") if name not in columns else name for name in self._shown()}
        return super().get_queryset(request).defer(*sorted(columns - shown))

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> list[str]:
        """All that are shown."""
        return self.named(self._shown())

    def get_list_display(self, request: HttpRequest) -> list[str | Callable[[models.Model], str | bool]]:
        """With names in the place of ids."""
        return [*self.named([str(name) for name in self.list_display])]

    def get_fields(self, request: HttpRequest, obj: models.Model | None = None) -> list[str | Group]:
        """As above."""
        return [*self.named(self._shown())]

    def get_search_results(self, request: HttpRequest, queryset: Rows, search_term: str) -> tuple[Rows, bool]:
        """The row of that id, in either spelling, or the rows of that correlation id; nothing for anything else."""
        text = search_term.strip()
        if not text:
            return queryset, False
        correlated = keys_of_correlation(self.model, text) if self.is_correlated else []
        if correlated:
            return queryset.filter(pk__in=correlated), False
        key = self._key(text)
        return (queryset.none() if key is None else queryset.filter(**{self.searched: key})), False

    searched: ClassVar[str] = "pk"
    """The column that the search box looks in."""

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Only what an index answers."""
        return lookup in self.looked_up_by

    def _shown(self) -> list[str]:
        return list(dict.fromkeys(map(str, (*self.list_display, *(self.fields or ())))))

    def _key(self, text: str) -> Any:  # Any: whatever the column holds; None for what it cannot
        if self.prefix and (found := find_id(self.prefix, text)):
            return found
        name = self.model._meta.pk.attname if self.searched == "pk" else self.searched
        try:
            return self.model._meta.get_field(name).to_python(text)  # type: ignore[union-attr]
        except ValidationError:
            return None


def link(url: str, words: StrOrPromise) -> SafeString:
    """An anchor into the pages of the hub; a member of the row's organization can open it."""
    return format_html('<a href="{}">{}</a>', url, words)
