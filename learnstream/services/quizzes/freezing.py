"""Freezing: the settings of a draft's quizzes with the questions as they are now, as a version contains them."""

from learnstream.documents.projection import pick
from learnstream.documents.quiz import PooledQuestion, QuizSection, QuizSettings, StoredQuiz
from learnstream.services.quizzes import draws, quiz_store
from learnstream.services.quizzes.bank import Bank, BankedQuestion
from learnstream.services.quizzes.draws import Pool


def freeze(quiz: StoredQuiz, bank: Bank) -> StoredQuiz:
    """Return the document that publishing stores for a draft's settings. Questions that no longer exist are left out."""
    pools = draws.pools(quiz["sections"], bank)
    sections = [_section(section, pools.get(place), bank) for place, section in enumerate(quiz["sections"])]
    frozen: QuizSettings = {**pick(QuizSettings, quiz), "sections": sections}
    return quiz_store.document(frozen, course_id=quiz["course_id"], lesson_id=quiz["lesson_id"], frozen=True)


def _section(section: QuizSection, pool: Pool | None, bank: Bank) -> QuizSection:
    return {
        **section,
        "questions": [
            {**entry, "version_id": question["version_id"]}
            for entry in section["questions"]
            if (question := bank.questions.get(entry["question_id"]))
        ],
        "draw": pool and {**pool.draw, "pool": [_pooled(question) for question in pool.questions]},
    }


def _pooled(question: BankedQuestion) -> PooledQuestion:
    return {"question_id": question["_id"], "version_id": question["version_id"]}
