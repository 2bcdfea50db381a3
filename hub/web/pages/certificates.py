"""The certificate authorities of the organization: lines for its settings, adding some, removing one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from hub import clock
from hub.accounts.audit import actor_of
from hub.accounts.grants import Capability
from hub.accounts.models import Organization
from hub.environments.trust.certificates import FIELD, LARGEST_TEXT, Authority
from hub.environments.trust.changes import MOST, add_authorities, authorities_of, get_authority, remove_authority
from hub.errors import ErrorDetail, HubError
from hub.web.access import fresh, page
from hub.web.asking import Question, ask
from hub.web.requests import HubRequest

if TYPE_CHECKING:
    from datetime import datetime

ONE_OF_BOTH = gettext_lazy("Paste certificates or choose a file, one of both.")
ONLY_CERTIFICATES: Final = re.compile(
    r"\s*(?:-----BEGIN CERTIFICATE-----[\sA-Za-z0-9+/=]+-----END CERTIFICATE-----\s*)+"
)


@dataclass(frozen=True, slots=True)
class Line:
    """A certificate of the list, and how it stands with its time."""

    authority: Authority
    has_expired: bool
    expires_soon: bool
    is_to_come: bool


class EchoesCertificates(forms.Textarea):
    """Shows again what was sent where it is certificates and nothing beside them: else it may be a private key."""

    def format_value(self, value: object) -> str:
        """The text, or nothing."""
        return value if isinstance(value, str) and ONLY_CERTIFICATES.fullmatch(value) else ""


class CertificatesForm(forms.Form):
    """PEM text, or a file of it."""

    certificates = forms.CharField(
        label=gettext_lazy("Certificates"),
        required=False,
        widget=EchoesCertificates(
            attrs={"rows": 10, "class": "ih-mono", "spellcheck": "false", "autocapitalize": "off"}
        ),
        help_text=gettext_lazy(
            "PEM text, one certificate after the other: of the authority that signs, not of a server, and never a key."
        ),
    )
    file = forms.FileField(
        label=gettext_lazy("Or a file of them"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".pem,.crt,.cer"}),
        help_text=gettext_lazy("PEM as well, up to 64 KB."),
    )

    def clean(self) -> None:
        """One of both is there, and the file is of a size that can be."""
        text, file = self.cleaned_data.get("certificates"), self.cleaned_data.get("file")
        if not self.errors and bool(text) == bool(file):
            self.add_error("certificates", ONE_OF_BOTH)
        elif file and file.size > LARGEST_TEXT:
            self.add_error("file", _("The file has more than %(kb)s KB.") % {"kb": LARGEST_TEXT // 1024})

    def text(self) -> str:
        """What was sent, on whichever way."""
        file = self.cleaned_data.get("file")
        return file.read().decode(errors="replace") if file else str(self.cleaned_data["certificates"])

    def show(self, error: HubError) -> None:
        """Each finding at the field that was used."""
        used = "file" if self.cleaned_data.get("file") else "certificates"
        for detail in error.details or (ErrorDetail(FIELD, error.message),):
            told = detail.message if "[" in detail.path else error.message
            self.add_error(used, told[:1].upper() + told[1:].rstrip(".") + ".")


def lines_of(organization: Organization, at: datetime) -> list[Line]:
    """Of every certificate that the organization believes, those that were added last first."""
    return [
        Line(one, one.has_expired(at), one.expires_soon(at), one.is_to_come(at)) for one in authorities_of(organization)
    ]


@page(Capability.OWNER)
@require_http_methods(["GET", "POST"])
@fresh
def new_certificates(request: HubRequest) -> HttpResponse:
    """A form; then every certificate of it is believed."""
    form = CertificatesForm(request.POST, request.FILES) if request.method == "POST" else CertificatesForm()
    if form.is_valid():
        at = clock.now()
        try:
            added = add_authorities(
                organization=request.organization,
                text=form.text(),
                actor=actor_of(request.principal, request),
                at=at,
            )
        except HubError as error:
            form.show(error)
        else:
            _tell(request, added, at)
            return redirect("web:settings")
    context = {"form": form, "most": MOST}
    return render(request, "hub/new_certificates.html", context, status=422 if form.is_bound else 200)


@page(Capability.OWNER)
@require_http_methods(["GET", "POST"])
@fresh
def remove_certificate(request: HubRequest, fingerprint: str) -> HttpResponse:
    """Asks, then believes the certificate no longer."""
    if request.method == "POST":
        actor = actor_of(request.principal, request)
        removed = remove_authority(
            organization=request.organization, fingerprint=fingerprint, actor=actor, at=clock.now()
        )
        messages.success(request, _("%(name)s is believed no longer.") % {"name": removed.subject})
        return redirect("web:settings")
    return ask(request, _removing(get_authority(request.organization, fingerprint)))


def _tell(request: HubRequest, added: list[Authority], at: datetime) -> None:
    said = ngettext(
        "One certificate is believed from now on.", "%(count)s certificates are believed from now on.", len(added)
    )
    messages.success(request, said % {"count": len(added)})
    for one in added:
        if one.expires_soon(at):
            told = _("%(name)s expires on %(day)s. Add its successor before.")
            messages.warning(request, told % {"name": one.subject, "day": one.valid_until.date().isoformat()})


def _removing(one: Authority) -> Question:
    return Question(
        title=_("Remove %(name)s?") % {"name": one.subject},
        text=_(
            "Calls to hosts whose certificates it has signed fail from the next connection on, unless another"
            " authority vouches for them."
        ),
        action=_("Remove the certificate"),
        keep=_("Keep it"),
        back=reverse("web:settings"),
        place=_("Settings"),
        facts=[
            {"label": _("Issuer"), "value": one.issuer},
            {"label": _("Valid until"), "at": one.valid_until},
            {"label": _("Fingerprint (SHA-256)"), "value": one.fingerprint, "mono": True},
        ],
        is_dangerous=True,
    )
