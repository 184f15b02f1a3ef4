import pytest

from bench.cli import parse
from bench.main import SHARED_SECTIONS, STANDALONE_SECTIONS, selected
from bench.sections import SECTIONS


def test_the_short_sections_are_measured_by_default():
    assert selected(parse([])) == [SHARED_SECTIONS[name] for name in ("requests", "login", "memory")]


def test_every_section_has_a_description():
    assert SHARED_SECTIONS.keys() | STANDALONE_SECTIONS.keys() == SECTIONS.keys()


def test_named_sections_are_measured_alone():
    assert selected(parse(["--only", "login"])) == [SHARED_SECTIONS["login"]]


def test_a_request_by_name_is_measured_without_the_other_sections():
    assert selected(parse(["--only", "GET /courses", "--scale"])) == [
        SHARED_SECTIONS["requests"],
        SHARED_SECTIONS["scale"],
    ]


def test_connections_are_a_list():
    assert parse(["--connections", "1,8"]).connections == [1, 8]


@pytest.mark.parametrize("option", [["--rounds", "0"], ["--connections", "1,x"], ["--seconds", "-1"]])
def test_invalid_options_are_rejected(option, capsys):
    with pytest.raises(SystemExit):
        parse(option)

    assert "argument" in capsys.readouterr().err
