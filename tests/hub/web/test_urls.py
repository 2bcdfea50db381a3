"""Which pages are mounted."""

from __future__ import annotations

import pytest
from django.test import Client

from hub.web.urls import development_pages
from tests.cast import VIEWER

pytestmark = pytest.mark.django_db


def test_the_gallery_of_components_is_for_those_who_develop():
    assert [page.name for page in development_pages(is_development=True)] == ["gallery"]
    assert development_pages(is_development=False) == []


@pytest.mark.parametrize("path", ["/admin/", "/admin/login/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_there_is_no_second_way_in(path, method):
    answer = getattr(Client(), method)(path, follow=True)
    assert answer.redirect_chain[-1][0].startswith("/accounts/login/")


def test_the_gallery_draws_every_component(client_of):
    assert client_of(VIEWER).get("/app/gallery").status_code == 200
