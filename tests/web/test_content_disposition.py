import pytest
from werkzeug.http import parse_options_header

from learnstream.web.content_disposition import content_disposition


@pytest.mark.parametrize(
    ("filename", "parameters"),
    [
        ("Moon.pdf", 'filename="Moon.pdf"'),
        ("Mond & Erde (2).pdf", 'filename="Mond & Erde (2).pdf"'),
        ("Größe.pdf", "filename=\"Groe.pdf\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe.pdf"),
        ("Луна.pdf", "filename=\".pdf\"; filename*=UTF-8''%D0%9B%D1%83%D0%BD%D0%B0.pdf"),
        ("月", "filename=\"file\"; filename*=UTF-8''%E6%9C%88"),
        ('a"b.pdf', "filename=\"a_b.pdf\"; filename*=UTF-8''a%22b.pdf"),
        ("a\\b.pdf", "filename=\"a_b.pdf\"; filename*=UTF-8''a%5Cb.pdf"),
        ("100%41.pdf", "filename=\"100_41.pdf\"; filename*=UTF-8''100%2541.pdf"),
        ("a\r\nSet-Cookie: b", "filename=\"a__Set-Cookie_ b\"; filename*=UTF-8''a%0D%0ASet-Cookie%3A%20b"),
    ],
)
def test_names_are_sent_in_ascii_and_in_unicode(filename, parameters):
    assert content_disposition(filename, inline=False) == f"attachment; {parameters}"


@pytest.mark.parametrize("name", ["Moon.pdf", "Übung 1, Größe.pdf", "Отчёт.pdf", "月", 'a"; x="b.pdf', "50%.pdf"])
def test_a_parser_gets_the_whole_name(name):
    kind, parameters = parse_options_header(content_disposition(name, inline=False))

    assert (kind, parameters["filename"]) == ("attachment", name)


def test_a_line_break_does_not_end_the_header():
    assert "\n" not in content_disposition("a\r\nSet-Cookie: b", inline=False)


def test_a_file_is_saved_unless_it_is_to_be_shown():
    assert content_disposition("a.pdf", inline=True) == 'inline; filename="a.pdf"'
