"""Chromium for pictures and browser walks, and signing in by the form; needs the dev extras."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tools import chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--force-color-profile=srgb")


@contextlib.contextmanager
def running_browser() -> Iterator[Browser]:
    """A headless Chromium, gone afterwards; raises where there is none and none can be had."""
    from playwright.sync_api import sync_playwright

    path = os.environ.get("HUB_CHROMIUM") or chromium.find_or_install()
    if path is None:
        raise RuntimeError("A Chromium is needed. Install one, or name it in HUB_CHROMIUM.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


def sign_in(page: Page, address: str, email: str, password: str) -> None:
    """By the form of the login page; ends on the first page behind it."""
    page.goto(f"{address}/accounts/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{address}/app/**")
