import pytest

from bench.cli import parse
from bench.sections import SECTIONS
from bench.session import MEASURES, OWN_SCHOOLS, chosen


def test_everything_quick_is_measured_by_default():
    assert chosen(parse([])) == [MEASURES[name] for name in ("requests", "login", "memory")]


def test_every_section_is_explained():
    assert MEASURES.keys() | OWN_SCHOOLS.keys() == SECTIONS.keys()


def test_named_sections_are_measured_alone():
    assert chosen(parse(["--only", "login"])) == [MEASURES["login"]]


def test_a_request_by_name_is_measured_without_the_other_sections():
    assert chosen(parse(["--only", "GET /courses", "--scale"])) == [MEASURES["requests"], MEASURES["scale"]]


def test_connections_are_a_list():
    assert parse(["--connections", "1,8"]).connections == [1, 8]


@pytest.mark.parametrize("wrong", [["--rounds", "0"], ["--connections", "1,x"], ["--seconds", "-1"]])
def test_nonsense_is_refused(wrong, capsys):
    with pytest.raises(SystemExit):
        parse(wrong)

    assert "argument" in capsys.readouterr().err
