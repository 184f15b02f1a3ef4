"""GET /search with filters, minus words, and books."""

from learnstream.services.search import index
from tests.books import isbn, make_book
from tests.factories import make_subject
from tests.search import found, make_found_course


def test_a_book_is_found_by_half_its_title_its_author_and_its_isbn(client, owner):
    number = isbn()
    make_book(owner, "Мастер и Маргарита", authors=["Михаил Булгаков"], isbn=number, language="ru")
    index.catch_up()

    for query in ("маргар", "мастер булгаков", "БУЛГ", number):
        assert found(client, query) == ["Мастер и Маргарита"]
    [hit] = client.get("/search?q=булгаков").json
    assert hit["book"] == {"authors": ["Михаил Булгаков"], "cover": "", "isbn": number}
    assert {"text": "Булгаков", "match": True} in hit["snippet"]


def test_kinds_are_told_apart(client, owner):
    make_found_course(owner, "Moon", {"title": "Moon phases"})
    make_book(owner, "The Moonstone")
    index.catch_up()

    assert found(client, "moon", kind="course") == ["Moon"]
    assert found(client, "moon", kind="lesson") == ["Moon phases"]
    assert found(client, "moon", kind="book") == ["The Moonstone"]
    assert found(client, "moon") == ["Moon", "Moon phases", "The Moonstone"]


def test_languages_and_subjects_narrow_the_results(client, owner):
    subject = make_subject("Physics")
    make_found_course(owner, "Moon one", {"title": "A"}, language="en-GB", subject_id=subject.id)
    make_found_course(owner, "Moon two", {"title": "A"}, language="de")

    assert found(client, "moon", language="en") == found(client, "moon", language="en-GB") == ["Moon one"]
    assert found(client, "moon", language="en-US") == []
    assert found(client, "moon", subject_id=subject.id) == ["Moon one"]
    assert found(client, "moon", language="de", subject_id=subject.id) == []


def test_a_minus_excludes_a_word(client, owner):
    make_found_course(owner, "Moon and stars", {"title": "A"})
    make_found_course(owner, "Moon and sun", {"title": "A"}, description="with stars")

    assert found(client, "moon -stars") == []
    assert found(client, "moon -sun") == ["Moon and stars"]
    assert found(client, "-moon") == []


def test_the_snippet_is_cut_around_the_match(client, owner):
    make_found_course(owner, "Moon", {"title": "A"}, description=f"{'before ' * 60}**needle** {'after ' * 60}")

    [hit] = client.get("/search?q=needle").json

    text = "".join(piece["text"] for piece in hit["snippet"])
    assert len(text) < 220
    assert text.startswith("…before")
    assert text.endswith("…")
    assert [piece["text"] for piece in hit["snippet"] if piece["match"]] == ["needle"]


def test_three_words_in_any_order_and_of_any_text(client, owner):
    make_found_course(owner, "The phases of the moon", {"title": "A"}, tags=["night sky"], summary="Explained")
    make_found_course(owner, "The moon", {"title": "A"}, tags=["night"], summary="Explained")

    assert found(client, "sky moon phases") == ["The phases of the moon"]
    assert sorted(found(client, "expl moo nig")) == ["The moon", "The phases of the moon"]
    assert found(client, "moon phases sky zebra") == []
