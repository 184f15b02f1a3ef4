import pytest
from werkzeug.http import parse_options_header

from learnstream.web.content_disposition import content_disposition


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Moon.pdf", "Moon.pdf"),
        ("Übung 1, Größe.pdf", "Ubung 1, Groe.pdf"),
        ("Отчёт.pdf", "file.pdf"),
        ("月.pdf", "file.pdf"),
        ('a"; x="b.pdf', "a__ x=_b.pdf"),
        ("50%.pdf", "50_.pdf"),
        ("月", "file"),
        (".profile", ".profile"),
    ],
)
def test_a_name_reaches_every_client(name, plain):
    kind, parameters = parse_options_header(content_disposition(name))

    # Werkzeug's parser knows `filename*`, and prefers it.
    assert (kind, parameters["filename"]) == ("attachment", name)
    assert content_disposition(name).startswith(f'attachment; filename="{plain}"')
    assert content_disposition(name).isascii()


def test_a_line_break_does_not_end_the_header():
    assert "\n" not in content_disposition("a\r\nSet-Cookie: b")


def test_a_file_is_saved_unless_it_is_to_be_shown():
    assert content_disposition("a.pdf", inline=True) == 'inline; filename="a.pdf"'
