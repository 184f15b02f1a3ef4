from tests.question_imports import GIFT, finished


def test_imports_are_listed_newest_first(client, course, owner):
    first, second = (finished(client, course, owner, GIFT, dry_run=True)["id"] for _ in range(2))

    listed = client.get(f"/courses/{course.id}/questions/imports", auth=owner).json

    assert [each["id"] for each in listed] == [second, first]
    assert "errors" not in listed[0]


def test_an_import_into_another_course_is_not_found(client, course, other_course, owner):
    done = finished(client, course, owner, GIFT)

    response = client.get(f"/courses/{other_course.id}/questions/imports/{done['id']}", auth=owner)

    assert response.status_code == 404


def test_no_formula_of_a_table_is_executed(client, course, owner):
    finished(client, course, owner, r"::k::\=1+1 {=a}")

    exported = client.get(f"/courses/{course.id}/questions/export.csv", auth=owner).text

    assert '"\'=1+1"' in exported
