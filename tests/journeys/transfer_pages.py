"""The pages of entities as files for the walk through all pages: taking them out, and an import in every state."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page


def open_the_export(page: Page) -> None:
    """The menu of a list that takes it as a file."""
    page.goto("/app/entities/contact?column=email")
    page.locator("summary").filter(has_text="Export").click()
    page.get_by_role("button", name="Export file").wait_for()


def send_no_file(page: Page) -> None:
    """An import without anything to import."""
    page.goto("/app/entities/contact/import")
    page.get_by_role("button", name="Preview the rows").click()
    page.locator("input[type=file][aria-invalid=true]").wait_for()


def preview_without_an_identifier(page: Page) -> None:
    """Rows of which nobody can tell whom they mean."""
    preview(page, "Kundennr.;last_name\nI-1;Kern\n")
    page.get_by_text("cannot be looked at yet").wait_for()


def preview_an_import(page: Page) -> None:
    """Rows of every outcome, with the choice of columns."""
    preview(page, "customer_number;last_name;birthdate;Notiz\nA11Y;Neu;;x\nI-1;Kern;;\nI-2;Kern;soon;\n")
    page.locator("summary").filter(has_text="Columns").click()


def report_an_import(page: Page) -> None:
    """What became of the same rows."""
    page.get_by_role("button", name="Import 2 rows").click()
    page.get_by_text("was not imported").wait_for()


def preview(page: Page, rows_of_file: str) -> None:
    """Paste rows and look at what they would do."""
    page.goto("/app/entities/contact/import")
    page.get_by_label("Or paste the rows").fill(rows_of_file)
    page.get_by_role("button", name="Preview the rows").click()
    page.locator("summary").filter(has_text="Columns").wait_for()


TRANSFER_ACTS: dict[str, Callable[[Page], None]] = {
    "export of a list": open_the_export,
    "import without a file": send_no_file,
    "import without an identifier": preview_without_an_identifier,
    "preview of an import": preview_an_import,
    "report of an import": report_an_import,
}
