"""Creating and changing entities by the forms of their schema."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest

from hub.entities.models import Entity
from tests.cast import ADMIN, NEIGHBOUR_OWNER, NOBODY, OPERATOR, OWNER, VIEWER
from tests.hub.entities.conftest import delete
from tests.hub.entities.past.diary import BY_NUMBER
from tests.hub.web.conftest import address_of

pytestmark = pytest.mark.django_db

NEW = "/app/entities/contact/new"


def fields(**texts: str) -> dict[str, str]:
    """What a form sends; a double underscore stands for a colon."""
    return {f"a:{name.replace('__', ':')}": text for name, text in texts.items()}


def edit(client, entity, *, version=None, do="save", more=None, **texts):
    """Send the form of an entity, which the person saw at a version."""
    data = {"version": str(version or entity.version), "do": do} | fields(**texts) | (more or {})
    return client.post(address_of(entity, "/edit"), data)


@pytest.fixture
def contact(diary):
    """Ada Kern, at version 2."""
    diary.write(**BY_NUMBER, first_name="Ada")
    diary.write(last_name="Kern")
    return diary.entity


@pytest.mark.parametrize(
    ("person", "status"), [(VIEWER, 403), (OPERATOR, 403), (ADMIN, 200), (OWNER, 200), (NOBODY, 302)]
)
def test_forms_are_for_those_who_may_edit(client_of, contact, person, status):
    client = client_of(person)
    assert [client.get(path).status_code for path in (NEW, address_of(contact, "/edit"))] == [status, status]


@pytest.mark.parametrize(("person", "status"), [(OPERATOR, 403), (NEIGHBOUR_OWNER, 404)])
def test_strangers_change_nothing(client_of, contact, person, status):
    assert edit(client_of(person), contact, first_name="Eva").status_code == status
    assert Entity.objects.get(pk=contact.pk).version == 2


def test_the_button_is_only_there_for_those_who_may_edit(client_of, contact):
    pages = [client_of(person).get(address_of(contact)).content.decode() for person in (VIEWER, ADMIN)]
    assert ["/edit" in page for page in pages] == [False, True]


def test_a_created_entity_is_written_in_the_name_of_the_person(admin, store):
    answer = admin.post(NEW, {"do": "save"} | fields(customer_number="C-9", last_name="Kern", birthdate="1981-03-02"))
    entity = store.only()
    assert answer.headers["Location"] == address_of(entity)
    assert entity.attributes == {"customer_number": "C-9", "last_name": "Kern", "birthdate": "1981-03-02"}
    assert store.changes(entity.pk)[0].actor_type == "user"


def test_an_identifier_that_is_taken_leads_to_the_entity_that_has_it(admin, contact):
    answer = admin.post(NEW, {"do": "save"} | fields(customer_number="C-1"))
    assert answer.status_code == 409
    assert f'href="{address_of(contact)}"' in answer.content.decode()


def test_an_entity_without_identifier_is_made_all_the_same(admin, store):
    answer = admin.post(NEW, {"do": "save"} | fields(last_name="Müßig"))
    assert answer.headers["Location"] == address_of(store.only())
    assert store.only().attributes == {"last_name": "Müßig"}


def test_a_schema_that_nobody_defined_has_no_form(admin):
    assert admin.get("/app/entities/spaceship/new").status_code == 404


def test_only_what_was_changed_is_written(admin, contact, store):
    edit(admin, contact, first_name="Eva", last_name="Kern")
    assert store.only().attributes == contact.attributes | {"first_name": "Eva"}
    assert list(store.changes(contact.pk)[-1].changes) == ["first_name"]


def test_a_form_without_changes_makes_no_version(admin, contact, store):
    assert edit(admin, contact, first_name="Ada").status_code == 302
    assert store.only().version == 2


def test_a_value_that_does_not_fit_is_saved_with_a_warning(admin, contact, store):
    edit(admin, contact, birthdate="soon")
    assert store.only().attributes["birthdate"] == "soon"
    page = admin.get(address_of(contact)).content.decode()
    assert "1 attribute does not fit the schema" in page
    assert "must be a date such as" in page


def test_inputs_have_the_types_of_the_schema(admin, contact):
    page = admin.get(address_of(contact, "/edit")).content.decode()
    assert re.search(r'<input[^>]*name="a:birthdate"[^>]*type="date"', page)
    assert re.search(r'<select[^>]*name="a:salutation"', page)
    assert re.search(r'<input[^>]*name="a:email:0:email"[^>]*type="email"', page)
    assert re.search(r'<select[^>]*name="a:marketing_permission"', page)


def test_required_inputs_are_marked(admin):
    page = admin.get("/app/entities/order/new").content.decode()
    assert re.search(r'name="a:status"[^>]*aria-required="true"', page)


def test_whoever_was_slower_sees_both_versions_and_keeps_what_was_typed(admin, contact, diary):
    diary.write(first_name="Eva", last_name="Groß")
    answer = edit(admin, contact, version=2, first_name="Ida", last_name="Kern")
    page = answer.content.decode()
    assert answer.status_code == 412
    assert "version 3 was written while you were editing version 2" in page
    assert re.search(r"<del>Ada</del>.*<ins>Eva</ins>.*Ida", page, re.DOTALL)
    assert 'name="a:last_name" value="Groß"' in page
    assert diary.entity.attributes["first_name"] == "Eva"


def test_saving_once_more_writes_over_the_others_only_what_was_changed(admin, contact, diary):
    diary.write(first_name="Eva", last_name="Groß")
    page = edit(admin, contact, version=2, first_name="Ida", last_name="Kern").content.decode()
    version = re.search(r'name="version" value="(\d+)"', page)[1]
    edit(admin, contact, version=version, first_name="Ida", last_name="Groß")
    assert diary.entity.attributes == BY_NUMBER | {"first_name": "Ida", "last_name": "Groß"}


def test_an_entity_in_the_recycle_bin_is_not_edited(admin, contact, store):
    store.write(delete(customer_number="C-1"))
    assert admin.get(address_of(contact, "/edit")).headers["Location"] == address_of(contact)


def test_one_more_row_keeps_what_was_typed_and_saves_nothing(admin, contact, store):
    more = fields(email__rows="1", email__0__email="a@example.com", email__0__place="")
    page = edit(admin, contact, do="add:email", more=more).content.decode()
    assert 'name="a:email:0:email" value="a@example.com"' in page
    assert 'name="a:email:1:email" value=""' in page
    assert store.only().version == 2


def test_a_picker_finds_entities_by_an_identifier(admin, contact, store):
    contract = store.upsert("contract", contract_number="V-1").entity_id
    for path in (
        "/app/entities/-/candidates?name=contracts&schema=contract&q:contracts=V-1",
        "/app/entities/-/candidates?name=contracts&schema=&q:contracts=V-1",
    ):
        assert f'name="a:contracts" value="{contract}"' in admin.get(path).content.decode()


def test_a_picker_says_when_nothing_is_found(admin, contact):
    assert "Nothing else has the identifier" in admin.get("/app/entities/-/candidates?name=x&q:x=V-9").content.decode()


def test_a_search_text_that_was_not_looked_up_is_answered_before_anything_is_saved(admin, contact, store):
    store.upsert("contract", contract_number="V-1")
    page = edit(admin, contact, first_name="Eva", more={"q:contracts": "V-1"}).content.decode()
    assert '<input type="hidden" name="found:contracts" value="V-1">' in page
    assert store.only().version == 2


def test_ticked_entities_become_relations_beside_those_that_stay(admin, contact, diary, store):
    one, other, third = (store.upsert("contract", contract_number=f"V-{n}").entity_id for n in range(3))
    links = [{"entity_id": str(each), "_schema": "contract", "_tags": ["old"]} for each in (one, other)]
    diary.write(contracts={"$relation": links})
    edit(admin, diary.entity, more={"a:contracts:rows": "1", "a:contracts": [str(other), str(third)]})
    written = diary.entity.attributes["contracts"]["$relation"]
    assert written == [links[1], {"entity_id": str(third), "_schema": "contract"}]


def test_a_relation_to_a_purged_entity_stays_ticked(admin, contact, diary):
    diary.write(contracts={"$relation": [{"entity_id": str(uuid4()), "_schema": "contract"}]})
    page = admin.get(address_of(diary.entity, "/edit")).content.decode()
    assert re.search(r'name="a:contracts" value="[0-9a-f-]{36}" checked', page)


def test_a_relation_to_nobody_is_refused(admin, contact, store):
    answer = edit(admin, contact, more={"a:contracts:rows": "1", "a:contracts": str(uuid4())})
    assert answer.status_code == 422
    assert store.only().version == 2


@pytest.mark.parametrize(
    "more",
    [
        {"version": "x"},
        {"version": "99"},
        {"a:x": "{"},
        {"a:email:rows": "99999999999"},
        {"a:email:rows": "2", "a:email:0:place": "77", "a:email:0:email": "a"},
        {"a:first_name": "\0"},
        {"a:x": '"\\u0000"'},
        {"a:x": '"\\ud800"'},
        {"a:x": "1" + "0" * 400},
        {"a:x": "1e999"},
        {"do": "find:nothing", "q:nothing": "a:(b"},
        {"do": "add:nothing"},
        {"q:contracts": "a:(b"},
        {"a:contracts:rows": "1", "a:contracts": "no id"},
    ],
    ids=str,
)
def test_bad_input_never_ends_as_a_crash(admin, contact, diary, more):
    diary.write(x={"a": 1})
    answer = edit(admin, diary.entity, more=more)
    assert answer.status_code < 500


def test_the_form_takes_the_same_queries_at_any_size(admin, diary, store, count_queries):
    targets = [store.upsert("contract", contract_number=f"V-{n}").entity_id for n in range(5)]
    diary.write(**BY_NUMBER, contracts={"$relation": [{"entity_id": str(targets[0]), "_schema": "contract"}]})
    path = address_of(diary.entity, "/edit")
    admin.get(path)
    with count_queries() as few:
        admin.get(path)
    diary.write(contracts={"$relation": [{"entity_id": str(one), "_schema": "contract"} for one in targets]})
    with count_queries() as many:
        admin.get(path)
    assert len(many) == len(few)


BILLED = {"type": "recurring", "billing_period": "monthly", "installment_amount": "4900", "balance": "0"}
NEW_CONTRACT = "/app/entities/contract/new"


def finding(page: str, attribute: str) -> str:
    """What the page says is wrong with an input."""
    found = re.search(f'id="findings-{attribute}">(.*?)</div>', page, re.DOTALL)
    return found[1] if found else ""


def test_a_new_entity_without_its_required_attributes_is_refused_at_the_fields(admin, store):
    answer = admin.post(NEW_CONTRACT, {"do": "save"} | fields(contract_number="V-1", type="recurring", balance="  "))
    page = answer.content.decode()
    assert (answer.status_code, store.entities("contract")) == (422, [])
    said = {name: "This is required." in finding(page, name) for name in BILLED}
    assert said == {"type": False, "billing_period": True, "installment_amount": True, "balance": True}


def test_zero_is_a_value_of_a_required_attribute(admin, store):
    answer = admin.post(NEW_CONTRACT, {"do": "save"} | fields(contract_number="V-1", **BILLED))
    assert answer.status_code == 302
    assert store.only("contract").attributes["balance"] == 0


def test_a_required_attribute_cannot_be_cleared(admin, store):
    store.upsert("contract", contract_number="V-1", type="recurring")
    answer = edit(admin, store.only("contract"), contract_number="V-1", type="")
    assert (answer.status_code, "This is required." in finding(answer.content.decode(), "type")) == (422, True)
    assert store.only("contract").attributes["type"] == "recurring"


def test_an_entity_that_lacks_a_required_attribute_is_saved_without_it(admin, store):
    store.upsert("contract", contract_number="V-1")
    answer = edit(admin, store.only("contract"), type="", description="Green")
    assert answer.status_code == 302
    assert store.only("contract").attributes == {"contract_number": "V-1", "description": "Green"}


def test_a_required_relation_cannot_lose_its_last_entity(admin, store, define):
    define("visit", name="Visit", attributes=[{"name": "host", "type": "relation", "required": True}])
    links = {"$relation": [{"entity_id": str(store.upsert(customer_number="C-1").entity_id), "_schema": "contact"}]}
    store.upsert("visit", number="7", host=links)
    answer = edit(admin, store.only("visit"), more={"a:host:rows": "1"})
    assert answer.status_code == 422
    assert store.only("visit").attributes["host"] == links
