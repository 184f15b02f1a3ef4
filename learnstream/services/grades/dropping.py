"""Which results of a category are left out: the set whose omission makes the category's fraction highest.

The lowest fractions one by one would not do: of 4/10, 30/100 and 10/10 with one dropped, dropping 30/100 leaves 0.70;
if the second becomes 41/100, dropping the then lowest, 4/10, would leave 0.46. The best set never lets a better result
lower the fraction, because no set's fraction falls.
"""

from collections.abc import Sequence

Score = tuple[int, int]  # points and their maximum, which is positive, in one unit


def kept(scores: Sequence[Score], extra: int, drop: int) -> list[int]:
    """Return the places of the scores that count, without the `drop` ones whose omission is best; one always counts.

    Among sets that are equally good, later scores are dropped first. `extra` are points that count in any case.
    """
    count = max(len(scores) - drop, 1)
    chosen = list(range(len(scores)))
    if count >= len(scores):
        return chosen
    # Out of equal points, the lowest result is the one to drop. Usual, and it takes a third of the time.
    if len({most for _, most in scores}) == 1:
        return _best(scores, count, 0, 1)
    # Dinkelbach: the best set for a fraction has the highest points - fraction x maximum; it has a higher fraction or
    # is the best set for all, so that this ends.
    while True:
        points, most = sums(scores, chosen, extra)
        better = _best(scores, count, points, most)
        found, limit = sums(scores, better, extra)
        if len(chosen) == count and found * most == points * limit:
            return better
        chosen = better


def sums(scores: Sequence[Score], chosen: Sequence[int], extra: int) -> Score:
    """Return the sums of the chosen scores with the extra points, and of their maxima."""
    return extra + sum([scores[place][0] for place in chosen]), sum([scores[place][1] for place in chosen])


def _best(scores: Sequence[Score], count: int, points: int, most: int) -> list[int]:
    worth = [score[0] * most - points * score[1] for score in scores]
    return sorted(sorted(range(len(scores)), key=lambda place: (-worth[place], place))[:count])
