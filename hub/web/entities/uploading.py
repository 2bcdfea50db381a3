"""The pages through which people store files: a new one, a further version of one."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from hub.accounts.grants import Capability
from hub.entities.files.storing import SCHEMA, Kept, Upload, keep
from hub.entities.models import Entity
from hub.entities.read import get_entity, title
from hub.entities.schemas.book import book_of
from hub.errors import HubError
from hub.json_types import JSONObject
from hub.served_files.places import place_of_upload
from hub.web.access import page
from hub.web.entities.forms.pages import editor_of
from hub.web.forms import sent, show_refusal
from hub.web.requests import HubRequest
from hub.web.templatetags.numbers import size
from hub.web.uploads import SpooledUpload

UNPROCESSABLE = 422
LANGUAGES = (("de", gettext_lazy("German")), ("en", gettext_lazy("English")))


class VersionForm(forms.Form):
    """A file that somebody chooses or drops onto the field."""

    file = forms.FileField(label=gettext_lazy("File"), allow_empty_file=True, max_length=None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # Any: arguments of the framework's form
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _("Up to %(most)s.") % {"most": size(settings.HUB_STORED_FILE_MAX_BYTES)}

    def clean_file(self) -> UploadedFile[Any]:  # Any: what the file is read from
        """Refuses what is too large to have been kept."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        most = settings.HUB_STORED_FILE_MAX_BYTES
        if (file.size or 0) > most:
            words = _("The file has %(size)s; the most are %(most)s. Nothing was stored.")
            raise ValidationError(words % {"size": size(file.size), "most": size(most)})
        return file

    def attributes(self) -> JSONObject:
        """What else was said about the file."""
        return {}


class FileForm(VersionForm):
    """The same with what is asked about a new file."""

    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=LANGUAGES)
    category = forms.CharField(label=gettext_lazy("Category"), max_length=200, required=False)
    external_id = forms.CharField(
        label=gettext_lazy("External id"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("How the other system calls it; no two files have the same one."),
    )

    def attributes(self) -> JSONObject:
        """Without what was left empty."""
        named = {name: self.cleaned_data[name] for name in ("language", "category", "external_id")}
        return {name: value for name, value in named.items() if value}


@csrf_exempt
@page(Capability.ENTITY_EDIT)
@require_http_methods(["GET", "POST"])
def new_file(request: HubRequest) -> HttpResponse:
    """A form; then the page of the file that was stored."""
    return _received(request, None)


@csrf_exempt
@page(Capability.ENTITY_EDIT)
@require_http_methods(["GET", "POST"])
def new_version(request: HubRequest, entity_id: UUID) -> HttpResponse:
    """A form; then the page of the file with its further version."""
    entity = get_entity(organization=request.organization, schema=SCHEMA, entity_id=entity_id)
    return _received(request, entity)


def _received(request: HubRequest, entity: Entity | None) -> HttpResponse:
    """Only whoever was let in has a file laid on the disk; the form is checked for its origin while it is read."""
    if request.method != "POST":
        return _checked(request, entity)
    request.upload_handlers = [cast(FileUploadHandler, SpooledUpload(request))]
    try:
        with place_of_upload(request.organization.pk):
            return _checked(request, entity)
    except HubError as error:
        # The form was not read: what was chosen has to be chosen again.
        messages.error(request, error.message)
        return redirect(request.path)


@csrf_protect
def _checked(request: HttpRequest, entity: Entity | None) -> HttpResponse:
    return _answer(cast(HubRequest, request), entity)


def _answer(request: HubRequest, entity: Entity | None) -> HttpResponse:
    kind = FileForm if entity is None else VersionForm
    form = kind(sent(request), request.FILES if request.method == "POST" else None)
    if form.is_valid():
        try:
            kept = _kept(request, form, entity)
        except HubError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _told(kept))
            return redirect("web:entity", SCHEMA, kept.entity.pk)
    context = {
        "schema": book_of(request.organization).schema_of(SCHEMA),
        "form": form,
        "entity": entity,
        "title": "" if entity is None else title(entity, request.organization),
    }
    return render(request, "entities/files/upload.html", context, status=UNPROCESSABLE if form.is_bound else 200)


def _kept(request: HubRequest, form: VersionForm, entity: Entity | None) -> Kept:
    file: UploadedFile[Any] = form.cleaned_data["file"]  # Any: as above
    upload = Upload(
        source=file,
        filename=_as_it_was(file.name or ""),
        mime_type=file.content_type or "",
        size_bytes=file.size,
        attributes=form.attributes(),
    )
    return keep(editor=editor_of(request), upload=upload, entity_id=None if entity is None else entity.pk)


def _as_it_was(name: str) -> str:
    """The name before the browser wrote it into a form: it escapes these three and nothing else (HTML, multipart)."""
    for written, meant in (("%22", '"'), ("%0D", "\r"), ("%0A", "\n")):
        name = name.replace(written, meant)
    return name


def _told(kept: Kept) -> str:
    named = {"name": kept.version.filename, "version": kept.version.version_index}
    return (_("%(name)s is stored.") if kept.is_new else _("%(name)s is stored as version %(version)s.")) % named
