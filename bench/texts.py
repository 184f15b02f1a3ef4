"""Texts in several scripts, whose words are as unequally frequent as those of real ones (Zipf's law)."""

from bisect import bisect
from itertools import accumulate
from random import Random

SYLLABLES = (
    "ka to ri ber schen ing pro con tra ver mo lu ne gra phi sta tion al der ma ti que sol par in ex be re un dis"
)
# The letter that stands for the Latin a: other alphabets spell the same syllables.
ALPHABETS = {"en": ord("a"), "ru": 0x430, "ar": 0x627}
HAN = [chr(0x4E00 + 3 * number) for number in range(800)]
WORDS = 30_000  # of the largest vocabulary
SHARES = {"en": 0.7, "ru": 0.12, "zh": 0.12, "ar": 0.06}


class Vocabulary:
    """The words of a language, the most frequent first."""

    def __init__(self, random: Random, language: str) -> None:
        self._random = random
        self.is_spaced = language != "zh"
        syllables = _spelled(ALPHABETS[language]) if self.is_spaced else HAN
        sizes = (1, 2, 2, 3, 3, 4) if self.is_spaced else (1, 2, 2, 2, 3)
        made = ("".join(random.choices(syllables, k=random.choice(sizes))) for _ in range(4 * WORDS))
        self.words = list(dict.fromkeys(made))[:WORDS]
        self._sums = list(accumulate(1 / (rank + 3) for rank in range(len(self.words))))

    def word(self) -> str:
        return self.words[bisect(self._sums, self._random.random() * self._sums[-1])]

    def text(self, number: int) -> str:
        """Return a text of this many words."""
        return (" " if self.is_spaced else "").join(self.word() for _ in range(number))


def _spelled(first: int) -> list[str]:
    return ["".join(chr(first + ord(letter) - ord("a")) for letter in each) for each in SYLLABLES.split()]


class Texts:
    """Texts in languages of these shares; the same ones in every run."""

    def __init__(self) -> None:
        self.random = Random(7)
        self.vocabularies = {language: Vocabulary(self.random, language) for language in SHARES}

    def language(self) -> str:
        return self.random.choices([*SHARES], [*SHARES.values()])[0]

    def title(self, language: str) -> str:
        return self.vocabularies[language].text(self.random.randint(2, 6)).capitalize()
