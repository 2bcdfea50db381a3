"""Walks through the pages of entities: what a form says is stored, what was done is undone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Site, Window

pytestmark = pytest.mark.browser


def save(page: Page) -> None:
    """The button at the head of the form."""
    page.get_by_role("button", name="Save changes").first.click()


def test_an_entity_is_created_changed_and_the_change_undone(window: Window) -> None:
    page = window()
    page.goto("/app/entities/contact")
    page.keyboard.press("n")
    page.get_by_label("Customer number").fill("J-1")
    page.get_by_label("Last name").fill("Kern")
    page.get_by_role("button", name="Create contact").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kern")
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Last name").fill("Groß")
    page.keyboard.press("Control+s")
    expect(page.get_by_role("row", name="last_name")).to_contain_text("v2")
    page.get_by_role("link", name="History").click()
    page.get_by_role("link", name="Undo version 2").click()
    page.get_by_role("button", name="Undo version 2").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kern")


def test_two_moments_are_compared_from_the_history(site: Site, window: Window) -> None:
    entity = site.entity("contact", customer_number="J-M", last_name="Kern")
    site.change("contact", entity, last_name="Groß")
    page = window()
    page.goto(f"/app/entities/contact/{entity}?tab=history")
    form = page.get_by_role("form", name="Two moments")
    form.get_by_label("From").fill("2020-01-01T00:00:00")
    form.get_by_label("To").fill("9000-01-01T00:00:00")
    form.get_by_label("To").press("Enter")
    heading = page.get_by_role("heading", name="1 Jan 2020 00:00:00 CET and 1 Jan 9000 00:00:00 CET side by side")
    expect(heading).to_be_visible()
    expect(page.get_by_role("row", name="last_name")).to_contain_text("Groß")


def test_a_phone_shows_the_numbers_of_a_list_beside_its_chosen_columns(site: Site, window: Window) -> None:
    for number in ("J-N", "J-P"):
        site.entity("contact", external_id=number, last_name="Phone", birthdate="1981-03-02")
    page = window(viewport={"width": 390, "height": 844})
    for address in (
        "/app/entities/contact?column=birthdate",
        "/app/entities?q=_schema:contact AND birthdate:1981-03-02",
        "/app/entities/contact",
    ):
        page.goto(address)
        expect(page.get_by_text("J-N").locator("visible=true")).to_have_count(1)


def test_a_filter_by_an_enumeration_offers_its_options(site: Site, window: Window) -> None:
    site.entity("contact", customer_number="J-F", communication_preference="portal")
    page = window()
    page.goto("/app/entities/contact")
    page.locator("summary").filter(has_text="Filter").click()
    value = page.locator("[name=value]").locator("visible=true")
    page.get_by_label("Attribute").select_option("last_name")
    expect(value).to_have_value("")
    page.get_by_label("Attribute").select_option("communication_preference")
    value.select_option("portal")
    page.get_by_role("button", name="Apply filter").click()
    expect(page).to_have_url(re.compile(r"\?is\.communication_preference=portal$"))
    expect(page.get_by_role("row", name="J-F")).to_be_visible()


def test_an_attribute_outside_the_schema_becomes_a_column(site: Site, window: Window) -> None:
    site.entity("contact", customer_number="J-O", pastime="chess")
    page = window()
    page.goto("/app/entities/contact")
    page.locator("summary").filter(has_text="Columns").click()
    page.get_by_role("group", name="Outside the schema").get_by_role("checkbox", name="pastime").check()
    page.get_by_role("button", name="Show columns").click()
    expect(page.get_by_role("columnheader", name="Pastime")).to_be_visible()
    expect(page.get_by_role("row", name="J-O")).to_contain_text("chess")


@pytest.mark.parametrize("with_scripts", [True, False])
def test_a_related_entity_is_found_by_its_identifier(site: Site, window: Window, with_scripts: bool) -> None:
    number = f"J-V{int(with_scripts)}"
    contact, contract = site.entity("contact", customer_number=number), site.entity("contract", contract_number=number)
    page = window(java_script_enabled=with_scripts)
    page.goto(f"/app/entities/contact/{contact}/edit")
    page.locator("details").filter(has_text="contracts").locator("summary").click()
    page.get_by_role("searchbox", name="Find an entity for Contracts").fill(number)
    page.get_by_role("button", name="Find Contracts").click()
    page.get_by_role("checkbox", name=number).check()
    save(page)
    expect(page.get_by_role("complementary", name="Relations").get_by_role("link", name=number)).to_have_attribute(
        "href", f"/app/entities/contract/{contract}"
    )


def test_a_row_is_added_without_scripts_and_nothing_typed_is_lost(site: Site, window: Window) -> None:
    entity = site.entity("contact", customer_number="J-2", email=[{"email": "one@example.com"}])
    page = window(java_script_enabled=False)
    page.goto(f"/app/entities/contact/{entity}/edit")
    page.get_by_role("group", name="Email 1").get_by_label("E-mail address").fill("first@example.com")
    page.get_by_role("button", name="One more Email").click()
    page.get_by_role("group", name="Email 2").get_by_label("E-mail address").fill("second@example.com")
    save(page)
    row = page.get_by_role("row", name="email")
    expect(row).to_contain_text("first@example.com")
    expect(row).to_contain_text("second@example.com")


def test_two_people_at_one_entity_lose_nothing(site: Site, window: Window) -> None:
    entity = site.entity("contact", customer_number="J-3", first_name="Ada", last_name="Kern")
    page = window()
    page.goto(f"/app/entities/contact/{entity}/edit")
    site.change("contact", entity, first_name="Eva")
    page.get_by_label("Last name").fill("Groß")
    save(page)
    expect(page.get_by_role("alert")).to_contain_text("version 2 was written while you were editing version 1")
    expect(page.get_by_label("Last name")).to_have_value("Groß")
    save(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Eva Groß")


def test_an_entity_is_deleted_restored_deleted_and_purged_by_its_name(site: Site, window: Window) -> None:
    entity = site.entity("contact", customer_number="J-4", last_name="Vergänglich")
    page = window(java_script_enabled=False)
    page.goto(f"/app/entities/contact/{entity}")
    for act in ("Delete", "Restore", "Delete"):
        page.get_by_role("link", name=act).or_(page.get_by_role("button", name=act)).click()
        if act == "Delete":
            page.get_by_role("button", name="Delete Vergänglich").click()
    page.get_by_role("link", name="Purge").click()
    page.get_by_label("to confirm").fill("Vergänglich")
    page.get_by_role("button", name="Remove Vergänglich for good").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recycle bin of Contacts")
    assert page.goto(f"/app/entities/contact/{entity}").status == 410  # type: ignore[union-attr]  # it is an answer


def test_filters_and_columns_are_chosen_without_scripts(site: Site, window: Window) -> None:
    site.entity("contact", customer_number="J-5", last_name="Filterfrau", birthdate="1970-05-05")
    page = window(java_script_enabled=False)
    page.goto("/app/entities/contact")
    page.locator("summary").filter(has_text="Filter").click()
    page.get_by_label("Attribute").select_option("last_name")
    page.get_by_label("Condition").select_option("begins")
    page.get_by_role("textbox", name="Value").fill("Filter")
    page.get_by_role("button", name="Apply filter").click()
    page.locator("summary").filter(has_text="Columns").click()
    page.get_by_role("checkbox", name="Birthdate").check()
    page.get_by_role("button", name="Show columns").click()
    expect(page.get_by_role("cell", name="1970-05-05")).to_be_visible()
    page.get_by_role("link", name="Remove the filter last_name begins with").click()
    page.wait_for_url("**/app/entities/contact?column=birthdate")


def test_commas_and_dots_walk_through_time(site: Site, window: Window) -> None:
    entity = site.entity("contact", customer_number="J-6", last_name="Eins")
    for name in ("Zwei", "Drei", "Vier"):
        site.change("contact", entity, last_name=name)
    page = window()
    page.goto(f"/app/entities/contact/{entity}?version=2")
    heading = page.get_by_role("heading", level=1)
    page.keyboard.press(",")
    expect(heading).to_have_text("Eins")
    page.keyboard.press(".")
    expect(heading).to_have_text("Zwei")


FILE = b"""customer_number;Last name;birthdate;Notiz
W-1;Kern;15.01.1980;first
W-2;Gro\xc3\x9f;soon;second
"""


def test_a_file_is_previewed_imported_and_its_failed_row_corrected(window: Window, tmp_path: Path) -> None:
    page = window()
    page.goto("/app/entities/contact")
    page.get_by_role("link", name="Import").click()
    page.get_by_label("File", exact=True).set_input_files({"name": "w.csv", "mimeType": "text/csv", "buffer": FILE})
    page.get_by_role("button", name="Preview the rows").click()
    expect(page.get_by_text("1 column is not in the schema.")).to_be_visible()
    expect(page.get_by_role("row", name="W-2")).to_contain_text("must be a date")
    page.get_by_role("button", name="Import 1 row").click()
    expect(page.get_by_text("1 row was not imported.")).to_be_visible()
    with page.expect_download() as failed:
        page.get_by_role("link", name="Failed rows as CSV").click()
    corrected = tmp_path / "corrected.csv"
    corrected.write_bytes(Path(failed.value.path()).read_bytes().replace(b"soon", b"1981-02-03"))
    page.get_by_role("link", name="Import another file").click()
    page.get_by_label("File", exact=True).set_input_files(corrected)
    page.get_by_role("button", name="Preview the rows").click()
    page.get_by_role("button", name="Import 1 row").click()
    page.get_by_role("link", name="Groß").click()
    expect(page.get_by_role("row", name="birthdate")).to_contain_text("1981-02-03")


def test_a_filtered_list_is_exported_by_keyboard(site: Site, window: Window) -> None:
    site.entity("contact", customer_number="X-1", last_name="Exportmann")
    page = window()
    page.goto("/app/entities/contact?is.last_name=Exportmann&column=last_name")
    page.locator("summary").filter(has_text="Export").press("Enter")
    page.get_by_label("The chosen column").check()
    with page.expect_download() as download:
        page.get_by_role("button", name="Export file").press("Enter")
    head, line = Path(download.value.path()).read_text("utf-8").splitlines()
    assert head == "_id,_title,last_name"
    assert line.endswith(",Exportmann,Exportmann")
