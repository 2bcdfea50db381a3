"""UploadForm: a file or a text, and what tells its entities apart."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hub.entities.schemas import Schema
from hub.entities.transfer.read_rows import LARGEST_FILE
from hub.entities.transfer.uploads import Upload
from hub.web.templatetags.numbers import size

CHARSETS: Final = (("utf-8", "UTF-8"), ("windows-1252", "Windows-1252"))
MOST_PASTED: Final = 1_000_000
"""Characters; with them a form stays below what the hub reads at once."""


class UploadForm(forms.Form):
    """What somebody wants to import."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,.json,.jsonl,.ndjson,.txt,text/csv,application/json"}),
    )
    text = forms.CharField(
        label=gettext_lazy("Or paste the rows"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "class": "ih-mono", "spellcheck": "false", "autocomplete": "off"}),
    )
    charset = forms.ChoiceField(
        label=gettext_lazy("Encoding of a CSV file"),
        choices=CHARSETS,
        required=False,
        help_text=gettext_lazy("Older German spreadsheets write Windows-1252. JSON is always UTF-8."),
    )
    unique_key = forms.MultipleChoiceField(
        label=gettext_lazy("Identified by"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, schema: Schema, *args: Any, **kwargs: Any) -> None:  # Any: arguments of the framework's form
        super().__init__(*args, **kwargs)
        self.schema = schema
        key = self.fields["unique_key"]
        key.choices = identifier_choices(schema)  # type: ignore[attr-defined]  # a choice field has them
        key.help_text = default_key_text(schema)

    def clean(self) -> dict[str, Any]:  # Any: what a form holds
        """Either a file of acceptable size or a text of acceptable length."""
        cleaned = super().clean() or {}
        file, text = cleaned.get("file"), cleaned.get("text") or ""
        if file is not None and text.strip():
            self.add_error("text", _("Send a file or a text, not both at once."))
        elif file is None and not text.strip() and not self.errors:
            self.add_error("file", _("Choose a file, or paste its rows below."))
        elif len(text) > MOST_PASTED:
            self.add_error("text", _("The text is longer than a million characters. Send it as a file."))
        return cleaned

    def clean_file(self) -> UploadedFile[Any] | None:  # Any: what the file is read from
        """Refuses what is too large to have been kept."""
        file: UploadedFile[Any] | None = self.cleaned_data["file"]
        if file is not None and (file.size or 0) > LARGEST_FILE:
            raise ValidationError(
                _("The file has %(size)s; the most are %(most)s. Divide it, and import its parts one after the other.")
                % {"size": size(file.size), "most": size(LARGEST_FILE)}
            )
        return file

    def upload(self) -> Upload:
        """What was sent, once the form is valid."""
        file: UploadedFile[Any] | None = self.cleaned_data["file"]
        key = self.cleaned_data["unique_key"]
        if file is None:
            # What was pasted is text already, whatever the file that it came from was written in.
            return Upload(self.schema.slug, self.cleaned_data["text"].encode("utf-8", "replace"), unique_key=key)
        charset = self.cleaned_data["charset"] or CHARSETS[0][0]
        return Upload(self.schema.slug, file.read(), file.name or "", charset, key)


def identifier_choices(schema: Schema) -> list[tuple[str, str]]:
    """What can tell entities of a schema apart: name and label."""
    return [("_id", _("Id in the hub")), *((name, schema.label_of(name)) for name in schema.identifiers)]


def default_key_text(schema: Schema) -> str:
    """What counts where nothing is chosen."""
    if not schema.identifiers:
        return _("Without a choice: the id in the hub.")
    return _("Without a choice: the id in the hub if there is such a column, else the first of these that there is.")
