"""What ratings amount to: their mean, and the score by which lists sort.

The score is a Bayesian mean: as if, besides the ratings, `PRIOR_COUNT` others of `PRIOR_MEAN` had been given. So a single
five (3.75) ranks behind ten fours (3.83), and what has many ratings has a score close to their mean. The prior is constant:
the mean of all ratings would move the scores of everything with each of them.
"""

from collections.abc import Sequence

from learnstream.documents.rating import Rating, unrated

PRIOR_COUNT, PRIOR_MEAN = 5, 3.5


def rating_of(stars: Sequence[int]) -> Rating:
    """Return the rating in which so many gave one star, two, up to five."""
    count = sum(stars)
    if count <= 0:
        return unrated()
    total = sum(number * value for value, number in enumerate(stars, 1))
    score = (total + PRIOR_COUNT * PRIOR_MEAN) / (count + PRIOR_COUNT)
    return unrated() | {
        "count": count,
        "sum": total,
        "stars": list(stars),
        "mean": round(total / count, 2),
        "score": round(score, 6),
    }


def moved(rating: Rating, moves: Sequence[tuple[int, int]]) -> Rating:
    """Return a rating after ratings have changed, each from so many stars to others; 0 for no rating."""
    stars = [0, *rating["stars"]]
    for before, after in moves:
        stars[before] -= 1
        stars[after] += 1
    return rating_of(stars[1:])
