import pytest

from learnstream.jobs.questions import import_questions
from learnstream.services.foundation import outbox
from learnstream.services.quizzes.imports import importing, jobs
from tests.factories import make_question
from tests.problems import outcome
from tests.question_imports import GIFT, create, finished, upload
from tests.questions import CONTENTS, body

NOTHING = {"created": 0, "updated": 0, "unchanged": 0, "failed": 0}
TABLE = "kind;stem;option_1;option_2;right;key\nsingle_choice;Which?;a;b;2;k1\nriddle;What?;;;;k2\n"


def listed(client, course, owner):
    return client.get(f"/courses/{course.id}/questions", auth=owner).json


def exported(client, course, owner, extension):
    response = client.get(f"/courses/{course.id}/questions/export.{extension}", auth=owner)
    assert response.status_code == 200
    return response.data


def test_questions_go_in_and_what_cannot_be_taken_is_named(client, course, owner):
    done = finished(client, course, owner, GIFT)

    assert (done["state"], done["format"], done["done"], done["total"]) == ("done", "gift", 3, 3)
    assert done["counts"] == NOTHING | {"created": 2, "failed": 1}
    [error] = done["errors"]
    assert (error["place"], error["code"]) == (5, "unequal_weights")
    assert [(each["key"], each["kind"]) for each in listed(client, course, owner)] == [
        ("m2", "single_choice"),
        ("m1", "short_text"),
    ]


def test_a_dry_run_tells_the_same_and_changes_nothing(client, course, owner):
    done = finished(client, course, owner, GIFT, dry_run=True)

    assert done["counts"] == NOTHING | {"created": 2, "failed": 1}
    assert listed(client, course, owner) == []


def test_the_same_file_again_changes_nothing(client, course, owner):
    finished(client, course, owner, GIFT)
    before = listed(client, course, owner)

    assert finished(client, course, owner, GIFT)["counts"] == NOTHING | {"unchanged": 2, "failed": 1}
    assert listed(client, course, owner) == before


def test_a_question_that_the_file_has_otherwise_gets_a_new_version_and_keeps_the_ids_of_its_parts(
    client, course, owner
):
    finished(client, course, owner, GIFT)
    before = listed(client, course, owner)[0]

    done = finished(client, course, owner, "::m2::Which planet has rings? {=Saturn#Yes ~Mars ~Venus}")

    assert done["counts"] == NOTHING | {"updated": 1}
    after = listed(client, course, owner)[0]
    assert after["number"] == 2
    ids = {option["text"]: option["id"] for option in after["content"]["options"]}
    assert ids.items() >= {option["text"]: option["id"] for option in before["content"]["options"]}.items()


def test_what_the_format_cannot_say_is_kept(client, course, owner):
    make_question(course, "essay", key="e1", explanation="", rubric="Three reasons.")
    [before] = listed(client, course, owner)

    assert finished(client, course, owner, "::e1::Which? {}")["counts"]["unchanged"] == 1
    assert finished(client, course, owner, "::e1::Why? {}")["counts"]["updated"] == 1
    [after] = listed(client, course, owner)
    assert (after["stem"], after["content"]) == ("Why?", before["content"])


@pytest.mark.parametrize("extension", ["csv", "xlsx", "gift"])
def test_an_exported_file_changes_nothing_here_and_makes_the_same_questions_elsewhere(
    client, course, other_course, owner, extension
):
    for kind in CONTENTS:
        fields = {"tags": ["moon"], "explanation": "So = so.", "stem": f"=1+1 {kind}\nin two lines"}
        assert client.post(f"/courses/{course.id}/questions", json=body(kind, **fields), auth=owner).status_code == 201
    make_question(course, "true_false", key="odd key: {1}")
    before = listed(client, course, owner)
    data = exported(client, course, owner, extension)
    skipped = 2 if extension == "gift" else 0

    again = finished(client, course, owner, data, f"q.{extension}")
    assert again["counts"] == NOTHING | {"unchanged": len(before) - skipped}, again["errors"]
    assert listed(client, course, owner) == before

    elsewhere = finished(client, other_course, owner, data, f"q.{extension}")
    assert elsewhere["counts"] == NOTHING | {"created": len(before) - skipped}, elsewhere["errors"]
    copies = {each["key"]: each for each in listed(client, other_course, owner)}
    for each in before:
        if extension == "gift" and each["kind"] in {"cloze", "ordering"}:
            continue
        copy = copies[each["key"] or each["id"]]
        assert [copy[name] for name in ("kind", "stem", "explanation", "tags")] == [
            each[name] for name in ("kind", "stem", "explanation", "tags")
        ]


@pytest.mark.parametrize("extension", ["csv", "xlsx"])
def test_the_template_can_be_imported_as_it_is(client, course, owner, extension):
    template = client.get(f"/questions/import-template.{extension}", auth=owner)

    done = finished(client, course, owner, template.data, f"template.{extension}")

    assert (done["counts"], done["errors"], done["warnings"]) == (NOTHING | {"created": 9}, [], [])


def test_a_table_names_row_column_and_reason(client, course, owner):
    done = finished(client, course, owner, TABLE, "questions.csv")

    assert done["counts"] == NOTHING | {"created": 1, "failed": 1}
    [error] = done["errors"]
    assert (error["place"], error["column"], error["value"], error["code"]) == (3, "kind", "riddle", "unknown_kind")


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("single_choice;Which?;a;a;2;k1", "invalid_question"),
        (f"single_choice;{'x' * 20_001};a;b;2;k1", "too_long"),
        ("single_choice;;a;b;2;k1", "invalid_question"),
        ("essay;What?;;;;k1\nessay;Why?;;;;k1", "duplicate_key"),
        ("single_choice;Which?;a;b;2;k1;surplus", "no_heading"),
    ],
)
def test_a_row_that_breaks_a_rule_of_questions_is_an_error(client, course, owner, row, code):
    done = finished(client, course, owner, f"{TABLE.splitlines()[0]}\n{row}\n", "questions.csv")

    assert [error["code"] for error in done["errors"]] == [code]


def test_a_question_of_another_kind_is_not_replaced(client, course, owner):
    make_question(course, "essay", key="m1")

    done = finished(client, course, owner, "::m1::Which? {=a ~b}")

    assert [error["code"] for error in done["errors"]] == ["other_kind"]


def test_an_archived_question_stays_archived(client, course, owner):
    question = make_question(course, "essay", key="m1")
    assert client.delete(f"/questions/{question}", auth=owner).status_code == 204

    done = finished(client, course, owner, "::m1::Another text {}")

    assert (done["counts"], done["warnings"][0]["code"]) == (NOTHING | {"unchanged": 1}, "archived")


def test_an_import_that_was_interrupted_goes_on(client, course, owner, monkeypatch):
    text = "\n\n".join(f"::q{number}::Question {number} {{=a}}" for number in range(120))
    take, taken = importing.take, []

    def take_some(entry, target):
        taken.append(entry.key)
        if len(taken) == 70:
            raise KeyboardInterrupt
        return take(entry, target)

    with monkeypatch.context() as patched:
        patched.setattr(importing, "take", take_some)
        with pytest.raises(KeyboardInterrupt):
            finished(client, course, owner, text)
    [half] = client.get(f"/courses/{course.id}/questions/imports", auth=owner).json
    assert (half["state"], half["done"], half["total"]) == ("running", 50, 120)

    import_questions({"import_id": half["id"]})

    done = client.get(f"/courses/{course.id}/questions/imports/{half['id']}", auth=owner).json
    assert (done["done"], done["counts"]["failed"]) == (120, 0)
    assert done["counts"]["created"] + done["counts"]["unchanged"] == 120


def test_a_file_that_is_no_text_is_refused(client, course, owner):
    file_id = upload(owner, b"\xff\xffno text", "questions.gift")

    assert outcome(create(client, course, owner, file_id)) == (409, "file_refused")
    assert client.get(f"/files/{file_id}", auth=owner).json["refusal"]["code"] == "unknown_encoding"


def test_a_table_without_headings_is_refused(client, owner):
    file_id = upload(owner, b"a;b\n1;2\n", "questions.csv")

    assert client.get(f"/files/{file_id}", auth=owner).json["refusal"]["code"] == "no_heading"


def test_a_file_that_is_gone_by_then_fails_the_import(client, course, owner):
    file_id = upload(owner, GIFT.encode(), "questions.gift")
    created = create(client, course, owner, file_id).json
    assert client.delete(f"/files/{file_id}", auth=owner).status_code == 204
    outbox.relay(topic=jobs.TOPIC)

    done = client.get(f"/courses/{course.id}/questions/imports/{created['id']}", auth=owner).json
    assert (done["state"], done["refusal"]["code"]) == ("failed", "file_removed")


def test_somebody_elses_file_does_not_exist(client, course, owner, admin):
    file_id = upload(admin, GIFT.encode(), "questions.gift")

    assert create(client, course, owner, file_id).status_code == 404
