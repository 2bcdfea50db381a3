"""References in the texts of authors, and the values that expressions see."""

from __future__ import annotations

import pytest

from hub.accounts.models import Organization
from hub.environments import remembered
from hub.environments.models import Variable
from hub.environments.operations.variables import delete_variable
from hub.environments.resolve import ConfigurationError, SecretUnavailable, lookup, resolve, resolve_all, values_of
from tests.builders import make_secret, make_variable


@pytest.fixture
def fill(organization):
    """The text with the values of home."""
    return lambda text, **options: resolve(text, organization_id=organization.pk, **options).texts[0]


@pytest.fixture
def refused(organization):
    """The paths and the sentence of a refusal."""

    def refused(*texts, **options):
        with pytest.raises(ConfigurationError) as failure:
            resolve_all(texts, organization_id=organization.pk, **options)
        return [detail.path for detail in failure.value.details], failure.value.message

    return refused


@pytest.mark.parametrize(
    "text",
    [
        "{{env.erp.host}}",
        "{{ env.erp.host }}",
        "{{env.ERP.HOST}}",
        "{{\tenv.Erp.Host\n}}",
        "\\{{env.erp.host}}",
        "\\{{ env.ERP.HOST }}",
    ],
)
def test_every_spelling_of_a_reference_means_the_same_value(organization, fill, text):
    make_variable(organization=organization, key="erp.host", value="erp.example")
    assert fill(f"https://{text}/x") == "https://erp.example/x"


def test_a_secret_is_filled_in_and_told_so_that_it_can_be_masked(organization):
    make_secret(organization=organization, key="key", value="k-123456")
    make_variable(organization=organization, key="tenant", value="t1")
    found = resolve("{{env.tenant}}:{{env.key}}", organization_id=organization.pk)
    assert (found.texts, found.secrets) == (("t1:k-123456",), {"k-123456"})


def test_no_value_stands_in_the_representation_of_a_result(organization):
    make_secret(organization=organization, key="key", value="k-123456")
    found = lookup(["key"], organization_id=organization.pk)
    resolved = resolve("{{env.key}}", organization_id=organization.pk)
    assert "k-123456" not in repr(resolved)
    assert "k-123456" not in repr(found)


def test_a_value_is_not_looked_at_again(organization, fill):
    make_variable(organization=organization, key="a", value="{{env.b}} \\{{env.b}} {{")
    make_secret(organization=organization, key="b")
    assert fill("<{{env.a}}>") == "<{{env.b}} \\{{env.b}} {{>"


def test_a_missing_key_and_what_is_wrong_with_it_are_divided(refused):
    _, message = refused("{{env.nope}}")
    assert "env.nope: there is no such variable" in message


def test_a_missing_key_is_named_before_anything_is_filled_in(refused):
    paths, sentence = refused("https://{{env.host}}/document/import")
    assert (paths, "env.host" in sentence) == (["env.host"], True)


def test_every_missing_key_of_all_texts_is_named_as_it_is_written(organization, refused):
    make_variable(organization=organization, key="there", value="hush-hush")
    paths, sentence = refused("{{env.there}} {{env.ONE}}", "{{env.two}} {{env.ONE}}")
    assert (paths, "hush" in sentence) == (["env.ONE", "env.two"], False)


def test_an_empty_text_is_a_value(organization, fill):
    make_variable(organization=organization, key="empty", value="")
    assert fill("[{{env.empty}}]") == "[]"


def test_a_variable_without_a_value_is_missing(organization, refused):
    make_variable(organization=organization, key="later", value=None)
    assert refused("{{env.later}}")[0] == ["env.later"]


def test_where_secrets_may_not_go_the_author_hears_that_it_is_one(organization):
    make_secret(organization=organization, key="key")
    with pytest.raises(ConfigurationError) as refusal:
        resolve("{{env.key}}", organization_id=organization.pk, with_secrets=False)
    assert refusal.value.details[0].message == "it is a secret, and no secret may stand here"


@pytest.mark.parametrize(
    "text", ["{{env.}}", "{{env.a b}}", "{{ env.ä }}", "\\{{env.-}}", "{{env.a", "{{{{env.a}}env.b}}"]
)
def test_what_looks_like_a_reference_and_is_none_is_refused(organization, refused, text):
    make_variable(organization=organization, key="a", value="")
    assert "write {{env.KEY}}" in refused(text)[1]


@pytest.mark.parametrize("text", ["", "{{params.env}}", "{{environment.a}}", "env.a", "{ {env.a}}", "{{{params.x}}}"])
def test_what_is_no_reference_stays(fill, text):
    assert fill(text) == text


@pytest.mark.parametrize("value", ["a\r\nX-Role: admin", "a\nb", "a\0b"])
def test_a_value_of_several_lines_is_refused_where_one_is_needed(organization, refused, fill, value):
    make_variable(organization=organization, key="a", value=value, type="Text")
    assert fill("{{env.a}}") == value
    assert refused("{{env.a}}", single_line=True)[0] == ["env.a"]


@pytest.mark.parametrize(("kind", "value"), [("Map", {"a": "b"}), ("Link", {"url": "https://x.example"})])
def test_a_type_without_a_text_is_refused_by_name(organization, refused, kind, value):
    make_variable(organization=organization, key="a", value=value, type=kind)
    paths, sentence = refused("{{env.a}}")
    assert (paths, f"a {kind} cannot" in sentence) == (["env.a"], True)


def test_a_list_of_secrets_is_no_text(organization, refused):
    make_variable(organization=organization, key="a", value=["s3cr3t-1"], type="List", item_type="SecretString")
    assert "s3cr3t-1" not in refused("{{env.a}}")[1]


def test_the_values_of_a_neighbour_are_not_found(stage, refused):
    make_variable(organization=stage.next_door, key="host")
    assert refused("{{env.host}}")[0] == ["env.host"]


def test_a_lookup_answers_under_the_names_that_were_asked(organization):
    make_variable(organization=organization, key="a", value="x")
    assert lookup(["A", "a"], organization_id=organization.pk).texts == {"A": "x", "a": "x"}


def test_expressions_see_every_value_that_is_no_secret(organization):
    make_variable(organization=organization, key="erp.host", value="erp.example")
    make_variable(organization=organization, key="map", value={"01": "one"}, type="JSON")
    make_variable(organization=organization, key="later", value=None)
    make_secret(organization=organization, key="erp.secret")
    make_variable(organization=organization, key="list", value=["s3cr3t"], type="List", item_type="SecretString")
    assert dict(values_of(organization.pk)) == {"erp.host": "erp.example", "map": {"01": "one"}}


def test_nobody_changes_the_values_that_others_see(organization):
    make_variable(organization=organization, key="a")
    with pytest.raises(TypeError):
        values_of(organization.pk)["a"] = "b"


def test_a_broken_secret_does_not_keep_the_other_values_away(organization):
    make_variable(organization=organization, key="a", value="x")
    secret = make_secret(organization=organization, key="b")
    Variable.objects.filter(pk=secret.pk).update(sealed="v1.1.x.y")
    assert dict(values_of(organization.pk)) == {"a": "x"}
    with pytest.raises(SecretUnavailable):
        resolve("{{env.b}}", organization_id=organization.pk)


def test_a_change_counts_at_once(organization, author, put):
    put("a", "old")
    assert values_of(organization.pk)["a"] == "old"
    put("a", "new")
    assert values_of(organization.pk)["a"] == "new"
    delete_variable(author=author, key="a")
    assert dict(values_of(organization.pk)) == {}


def test_a_rotated_secret_counts_at_once(put, fill):
    put("a", "old-secret", type="SecretString")
    assert fill("{{env.a}}") == "old-secret"
    put("a", "new-secret", type="SecretString")
    assert fill("{{env.a}}") == "new-secret"


def test_a_change_behind_the_hubs_back_counts_after_a_minute(organization, monkeypatch):
    seconds = [0.0]
    monkeypatch.setattr(remembered.clock, "monotonic", lambda: seconds[0])
    row = make_variable(organization=organization, key="a", value="x")
    values_of(organization.pk)
    Variable.objects.filter(pk=row.pk).delete()
    seconds[0] = 59.0
    assert "a" in values_of(organization.pk)
    seconds[0] = 60.0
    assert "a" not in values_of(organization.pk)


def test_what_is_remembered_of_one_organization_is_not_shown_to_another(stage):
    make_variable(organization=stage.home, key="a")
    assert ("a" in values_of(stage.home.pk), dict(values_of(stage.next_door.pk))) == (True, {})


@pytest.mark.parametrize("count", [1, 30])
def test_the_number_of_queries_does_not_depend_on_the_number_of_references(organization, count_queries, count):
    for number in range(count):
        make_secret(organization=organization, key=f"k{number}")
    texts = [f"{{{{env.k{number}}}}}" for number in range(count)]
    with count_queries() as first:
        resolve_all(texts, organization_id=organization.pk)
    with count_queries() as second:
        resolve_all(texts, organization_id=organization.pk)
    assert (len(first), len(second)) == (4, 1)


def test_whoever_knows_the_version_pays_no_query(organization, count_queries):
    version = Organization.objects.get(pk=organization.pk).config_version
    values_of(organization.pk, version)
    with count_queries() as counted:
        values_of(organization.pk, version)
    assert len(counted) == 0


def test_an_organization_that_is_gone_has_no_values(db):
    assert dict(values_of(2**40)) == {}


def test_no_more_organizations_are_remembered_than_there_is_room(stage, monkeypatch):
    monkeypatch.setattr(remembered, "ORGANIZATIONS", 1)
    kept = remembered.Remembered(read=lambda organization_id: organization_id, lifetime_s=60.0)
    assert [kept.of(stage.home.pk), kept.of(stage.next_door.pk), kept.of(stage.home.pk)] == [
        stage.home.pk,
        stage.next_door.pk,
        stage.home.pk,
    ]
    assert len(kept._entries) == 1
