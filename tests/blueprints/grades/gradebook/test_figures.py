"""The list, both exports, and the learners' own pages: the same figures, which are computed here in another way."""

import io
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import combinations

import pytest
from python_calamine import CalamineWorkbook

from tests.blueprints.grades.gradebook.conftest import CATEGORIES, SCALE
from tests.grades import my_grades
from tests.tables import rows


def computed(cells, places):
    """Return percent and label of a total from the cells of a row, by trying all ways of dropping."""
    parts = []
    for category in CATEGORIES:
        mine = [each for each in cells if places[each["lesson_id"]]["category_id"] == category["id"]]
        mine = [each for each in mine if each["points"] is not None]
        extra = [each for each in mine if places[each["lesson_id"]]["extra_credit"]]
        regular = [each for each in mine if each not in extra]
        if not regular:
            continue
        left = max(len(regular) - category.get("drop_lowest", 0), 1)
        best = max(
            Fraction(sum(exact(each["points"]) for each in [*kept, *extra]))
            / sum(exact(each["max_points"]) for each in kept)
            for kept in combinations(regular, left)
        )
        parts.append((Fraction(str(category["weight"])), best))
    if not parts:
        return None, None
    whole = sum(weight * share for weight, share in parts) / sum(weight for weight, _ in parts)
    label = next((each["label"] for each in SCALE if whole >= Fraction(str(each["from"]))), None)
    percent = (Decimal(whole.numerator) * 100 / Decimal(whole.denominator)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return float(percent), label


def exact(number):
    return Fraction(str(number))


@pytest.fixture
def table(client, owner, graded):
    return client.get(f"/courses/{graded.course.id}/grades", auth=owner).json


@pytest.fixture
def places(client, owner, graded):
    return client.get(f"/courses/{graded.course.id}/grading", auth=owner).json["lessons"]


def test_totals_are_those_of_a_second_computation(table, places):
    found = [(row["percent"], row["label"]) for row in table]

    assert found == [computed(row["lessons"], places) for row in table]
    assert [row["name"] for row in table] == ["Ann", "Bob", "Cem", "Dee"]
    assert len({percent for percent, _ in found}) == 4


def test_the_csv_has_the_figures_of_the_list(client, owner, graded, table):
    exported = rows(client.get(f"/courses/{graded.course.id}/grades.csv", auth=owner))

    assert [figures(row) for row in exported] == [expected(row, graded) for row in table]


def test_the_xlsx_has_the_figures_of_the_csv(client, owner, graded):
    path = f"/courses/{graded.course.id}/grades"
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(client.get(f"{path}.xlsx", auth=owner).data))
    head, *lines = workbook.get_sheet_by_index(0).to_python()

    exported = rows(client.get(f"{path}.csv", auth=owner))

    assert [figures(dict(zip(head, map(as_text, line), strict=True))) for line in lines] == [*map(figures, exported)]


def test_learners_see_the_figures_of_the_list(client, graded, table):
    ann, bob, cem, _ = graded.learners
    for learner, row in zip((ann, bob), table, strict=False):
        own = my_grades(client, graded.course, learner)
        assert {name: own[name] for name in ("percent", "label", "passed", "marked")} == {
            name: row[name] for name in ("percent", "label", "passed", "marked")
        }
        assert [(each["part"], each["points"]) for each in own["lessons"]] == [
            (each["part"], each["points"]) for each in row["lessons"]
        ]
        assert [each["percent"] for each in own["categories"]] == [each["percent"] for each in row["categories"]]
    # A grade of hers is held back.
    assert my_grades(client, graded.course, cem)["percent"] == 90
    assert (table[2]["held"], table[2]["percent"]) == (1, computed_of_cem())


def computed_of_cem():
    """Of 9/10 and 3.25/10, one is dropped."""
    return 90.0


def test_what_is_shown_of_one_learner_is_what_the_list_has(client, owner, graded, table):
    for learner, row in zip(graded.learners, table, strict=True):
        whole = client.get(f"/courses/{graded.course.id}/learners/{learner.id}/grades", auth=owner).json
        shared = row.keys() & whole.keys() - {"lessons", "categories"}
        assert {name: whole[name] for name in shared} == {name: row[name] for name in shared}
        assert [{name: each[name] for name in row["lessons"][0]} for each in whole["lessons"]] == row["lessons"]


def figures(row):
    """Return a line's numbers as decimals, and its words."""
    return {name: number(value) for name, value in row.items() if name not in ("email", "status", "version")}


def number(text):
    try:
        return Decimal(text)
    except ArithmeticError:
        return text


def as_text(value):
    return "" if value is None else str(value)


def expected(row, graded):
    """Return what a line has to say of a row of the list."""
    names = ("user_id", "name", "percent", "label", "passed", "marked", "lesson_count", "held", "overridden")
    line = {name: row[name] for name in names}
    line |= {
        f"{each['title']} (%) [{each['id']}]": shown["percent"]
        for each, shown in zip(CATEGORIES, row["categories"], strict=True)
    }
    for lesson, cell in zip(graded.lessons, row["lessons"], strict=True):
        points = "excused" if cell["part"] == "excused" else cell["points"]
        line[f"{lesson.title} [{lesson.id}]"] = points
    return {name: number(plain(value)) for name, value in line.items()}


def plain(value):
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)
