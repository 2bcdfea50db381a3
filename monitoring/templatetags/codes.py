"""The filter of codes: {% load codes %}."""

from __future__ import annotations

from django import template

from monitoring.codes.addresses import address_of

register = template.Library()
register.filter("code_address", address_of)
