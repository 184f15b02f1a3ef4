import pytest

from learnstream.documents.rating import unrated
from learnstream.services.reviews import ratings


def test_mean_and_score_follow_from_the_stars():
    assert ratings.rating_of([1, 0, 0, 0, 2]) == unrated() | {
        "count": 3,
        "sum": 11,
        "stars": [1, 0, 0, 0, 2],
        "mean": 3.67,
        "score": pytest.approx((11 + 17.5) / 8),
    }


def test_no_ratings_are_unrated():
    assert ratings.rating_of([0] * 5) == unrated()


def test_a_single_five_scores_less_than_ten_fours():
    assert ratings.rating_of([0, 0, 0, 0, 1])["score"] < ratings.rating_of([0, 0, 0, 10, 0])["score"]


def test_ratings_move():
    rating = ratings.rating_of([0, 0, 1, 0, 0])

    assert ratings.moved(rating, [(0, 5), (3, 1), (0, 4), (4, 0)])["stars"] == [1, 0, 0, 0, 1]
    assert ratings.moved(rating, [(3, 0)]) == unrated()
