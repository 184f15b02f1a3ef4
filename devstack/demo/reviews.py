"""The demo school's reviews: of its courses, whose first one has a histogram, and of two of its books."""

from collections.abc import Callable
from typing import Any, NamedTuple

from devstack.demo import books
from devstack.demo.client import Client
from devstack.demo.content import INSTRUCTORS, STUDENTS, DemoUser

# Learners of the first course who only read its first lesson; their accounts are not printed.
READERS = (
    DemoUser("Noor Haddad", "noor@learnstream.example", "student"),
    DemoUser("Emil Brandt", "emil@learnstream.example", "student"),
    DemoUser("Yuki Tanaka", "yuki@learnstream.example", "student"),
    DemoUser("Mila Petrova", "mila@learnstream.example", "student"),
    DemoUser("Owen Price", "owen@learnstream.example", "student"),
)
SAM, LEA, JUN = STUDENTS
NOOR, EMIL, YUKI, MILA, OWEN = READERS
NO_TELESCOPE = (
    "No telescope, no formulas, and after two weeks I know what I am looking at. The orange and the lamp did it."
)


class DemoReview(NamedTuple):
    """A review by a user, and the staff's reply to it, if there is one."""

    by: DemoUser
    stars: int
    text: str = ""
    anonymous: bool = False
    reply: str = ""


ASTRONOMY = (
    DemoReview(OWEN, 5),
    DemoReview(MILA, 4, "Clear and calm. I would have liked more on the planets in the morning sky."),
    DemoReview(
        YUKI,
        2,
        "From a flat that faces north, in a city, half of it cannot be seen.",
        anonymous=True,
        reply="You are right, and I should have said so. The **second module** now has a list of what can be seen from the north.",
    ),
    DemoReview(EMIL, 5, "Der Mond-Kalender hängt jetzt an unserem Kühlschrank."),
    DemoReview(NOOR, 4, "My children ask for the next evening. One star less for the clouds."),
    DemoReview(JUN, 3, "Good lessons. The quiz was harder than what came before it."),
    DemoReview(LEA, 5, "The homework is the best part: *seven evenings*, and suddenly you see it."),
    DemoReview(SAM, 5, NO_TELESCOPE),
)
BAKING = (DemoReview(LEA, 4, "My starter is alive. It has a name."), DemoReview(SAM, 5))
# By ISBN.
BOOKS = {
    books.HEAVENS: (DemoReview(JUN, 4, "Out of date, and still the best chapter on the moon."), DemoReview(LEA, 5)),
    books.ON_THE_MOON: (DemoReview(MILA, 5, "Short, strange and right about the shadows."),),
}
# Readers who found the first review helpful.
HELPED = (JUN, NOOR, MILA)

SignIn = Callable[[DemoUser], Client]


def fill(sign_in: SignIn, astronomy_id: str, baking_id: str) -> None:
    """Have learners review the courses and books. Existing reviews are left unchanged."""
    for course_id, learners in ((astronomy_id, (*STUDENTS, *READERS)), (baking_id, (SAM, LEA))):
        for learner in learners:
            _begin(sign_in(learner), course_id)
    ines, tomas = INSTRUCTORS
    write(sign_in, ines, f"/courses/{astronomy_id}", ASTRONOMY)
    write(sign_in, tomas, f"/courses/{baking_id}", BAKING)
    present = books.by_isbn(sign_in(ines))
    for isbn, reviews in BOOKS.items():
        write(sign_in, ines, f"/books/{present[isbn]['id']}", reviews)


def _begin(learner: Client, course_id: str) -> None:
    """Enroll a learner, who reads a lesson: reviews of courses require some progress."""
    learner.call("POST", f"/courses/{course_id}/enroll", ignore_code="already_enrolled")
    lessons = learner.call("GET", f"/courses/{course_id}/lessons")
    text = next(each for each in lessons if each["kind"] == "text")
    learner.call("PUT", f"/lessons/{text['id']}/progress", opened=True)


def write(sign_in: SignIn, teacher: DemoUser, path: str, reviews: tuple[DemoReview, ...]) -> None:
    """Write the reviews of the course or book at `path`, and what its teacher replies."""
    present = {(each["stars"], each["text"]) for each in sign_in(teacher).call("GET", f"{path}/reviews?limit=100")}
    for review in reviews:
        if (review.stars, review.text) not in present:
            _write(sign_in, teacher, path, review)


def _write(sign_in: SignIn, teacher: DemoUser, path: str, review: DemoReview) -> None:
    content: dict[str, Any] = {"stars": review.stars, "text": review.text, "anonymous": review.anonymous}
    written = sign_in(review.by).call("PUT", f"{path}/reviews/mine", **content)
    if review.reply:
        sign_in(teacher).call("PUT", f"/reviews/{written['id']}/reply", text=review.reply)
    if review.text == NO_TELESCOPE:
        for reader in HELPED:
            sign_in(reader).call("POST", f"/reviews/{written['id']}/helpful")
