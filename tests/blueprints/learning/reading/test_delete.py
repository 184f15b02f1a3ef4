from bson import ObjectId

from tests.problems import outcome


def test_a_mark_is_taken_back(mark, books, read_titles):
    mark(books[0])
    mark(books[1])

    for _ in range(2):
        assert mark(books[0], method="DELETE").status_code == 204
    assert read_titles() == ["Emma"]
    assert mark(books[0]).status_code == 200


def test_nothing_is_taken_back_without_marks(mark, books, read_titles):
    assert mark(books[0], method="DELETE").status_code == 204
    assert read_titles() == []


def test_only_listed_books_and_own_marks(mark, owner, books, read_titles):
    mark(books[0])

    assert outcome(mark({"_id": ObjectId()}, method="DELETE")) == (404, "not_on_reading_list")
    assert outcome(mark(books[0], auth=owner, method="DELETE")) == (403, "not_enrolled")
    assert read_titles() == ["Dracula"]
