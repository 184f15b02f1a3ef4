"""The local stack's upload page, and the lesson that shows a document, in a real browser with both file storages."""

import pytest
import requests
from playwright.sync_api import expect

from devstack.school.app import create_app
from learnstream.documents import LessonKind
from learnstream.models import Role
from tests.browser.conftest import files_processed, limit_network, sign_in, tab_to, violations, wait_for
from tests.factories import make_course, make_person, make_seat
from tests.files import make_document_with_bytes, show_document
from tests.pdf import make_pdf
from tests.pictures import photo
from tests.server import Server

PAGES = 20
PDF = {"name": "Moon map.pdf", "mimeType": "application/pdf", "buffer": make_pdf(PAGES, filler=2_000_000)}
PHOTO = {"name": "me.jpg", "mimeType": "image/jpeg"}
SPEED = 2_000_000  # bytes per second: so slow that progress is seen
MAX_SIZE = 50_000_000
SMALL, LARGE = 390, 1280
# Records the shown progress, and at which of it a lesson could still be chosen.
RECORD_PROGRESS = """() => {
  const bar = document.querySelector("#document-form progress");
  [window.seen, window.open] = [[], []];
  new MutationObserver(() => {
    seen.push(bar.value);
    if (!document.getElementById("lesson-choice").matches(":disabled")) open.push(bar.value);
  }).observe(bar, { attributes: true });
}"""
# Reads a piece of a file as a page of another origin: it sees only the headers that CORS lets it see.
READ = """async ([url, range]) => {
  const answer = await fetch(url, { headers: { Range: range } });
  const content = await answer.text();
  const [length, etag, name] = ["Content-Range", "ETag", "Content-Disposition"].map((each) => answer.headers.get(each));
  return { status: answer.status, range: length, etag, name, size: content.length, begins: content.slice(0, 8) };
}"""


@pytest.fixture(scope="module", params=["gridfs"])
def storage(request):
    """The environment of a file storage: of MongoDB, unless a test asks for another one."""
    return request.getfixturevalue("s3_server").environment() if request.param == "s3" else {}


@pytest.fixture(scope="module")
def api(application, settings, storage, school, tmp_path_factory):
    """The application in a process of its own, which lets the pages' origin call it."""
    environment = settings | storage | {"CORS_ORIGINS": school.url}
    with Server(environment, tmp_path_factory.mktemp("upload") / "log") as server:
        school.app = create_app(server.url, storage.get("FILES_S3_ENDPOINT"))
        yield server.url


@pytest.fixture
def same_storage(app, api, storage, request):
    """Let the tests' application keep its files where that of the page has them."""
    if storage:
        request.getfixturevalue("files_in_s3")


@pytest.fixture
def worker(app, same_storage):
    with files_processed(app):
        yield


@pytest.fixture
def course(owner):
    return make_course(owner, [{"title": "Welcome", "kind": LessonKind.TEXT}], title="Astronomy")


@pytest.fixture
def teacher(page, school, worker, course, owner):
    """The upload page, with the course's teacher signed in."""
    page.goto(f"{school.url}/upload")
    sign_in(page, owner)
    expect(page.get_by_role("combobox", name="Lesson")).to_be_visible()
    return page


@pytest.fixture
def document(same_storage, owner):
    """A published lesson that shows a document."""
    course = make_course(owner, [{"title": "The map", "kind": LessonKind.DOCUMENT}], title="Maps")
    show_document(course, course.lessons[0], make_document_with_bytes(owner, make_pdf(2), pages=2, name="Map.pdf"))
    return course


def upload_to_new_lesson(page, file):
    page.get_by_label("Title of the new lesson").fill("The map")
    upload(page, file)


def upload(page, file):
    page.get_by_label("PDF").set_input_files(file)
    page.get_by_role("button", name="Upload", exact=True).click()


def state(page):
    return page.locator("#document-form .state")


def call(method, url, person):
    return requests.request(method, url, headers={"Authorization": f"Bearer {person.token}"}, timeout=20)


def wait_for_reader(page):
    """Wait until the browser's own reader of PDF has been loaded in the page."""

    def is_loaded():
        page.evaluate("true")  # frames become known while the browser is spoken to
        return any(frame.url.startswith("chrome-extension:") for frame in page.frames)

    wait_for(is_loaded)


@pytest.mark.parametrize("storage", ["gridfs", "s3"], indirect=True)
def test_a_teacher_uploads_a_document_and_reads_it_in_its_lesson(teacher, storage, school, api, screenshots):
    limit_network(teacher, upload=SPEED)
    teacher.evaluate(RECORD_PROGRESS)
    upload_to_new_lesson(teacher, PDF)

    wait_for(lambda: teacher.evaluate("seen.at(-1) > 0.3"))
    teacher.locator("#document-part").screenshot(path=screenshots / "upload-sending.png")
    expect(state(teacher)).to_have_text(f"Ready: Moon map.pdf, {PAGES} pages, 2.0 MB")
    seen = teacher.evaluate("seen")
    assert seen == sorted(seen)
    assert teacher.evaluate("open") == []
    assert len({value for value in seen if 0 < value < 1}) >= 3
    assert seen[-1] == 1
    expect(teacher.get_by_role("heading", name="The map")).to_be_focused()
    wait_for_reader(teacher)
    teacher.get_by_role("button", name="Publish").click()
    expect(teacher.locator("#published")).to_have_text("Version 2 is what learners see now.")
    teacher.screenshot(path=screenshots / "upload.png")

    storage_url = storage.get("FILES_S3_ENDPOINT", api)
    assert teacher.hosts >= {url.removeprefix("http://") for url in (school.url, api, storage_url)}
    assert teacher.complaints == []


def test_a_learner_reads_the_document_of_a_lesson(page, school, document):
    learner = make_person(Role.STUDENT, "Lea")
    make_seat(learner, document)
    page.goto(school.url)
    sign_in(page, learner)
    page.get_by_role("button", name="The map").click()

    expect(page.locator("#about")).to_have_text("Map.pdf, 2 pages, 1 kB")
    expect(page.locator("#state")).to_have_text("Completed")
    wait_for_reader(page)
    assert page.complaints == []


@pytest.mark.parametrize("storage", ["gridfs", "s3"], indirect=True)
def test_a_page_reads_pieces_until_the_access_ends(page, school, storage, document, api):
    learner = make_person(Role.STUDENT, "Lea")
    make_seat(learner, document)
    page.goto(school.url)
    link = f"{api}/lessons/{document.lessons[0].id}/document"
    url = call("GET", link, learner).json()["url"]

    whole = page.evaluate(READ, [url, "bytes=0-"])
    piece = page.evaluate(READ, [url, "bytes=0-7"])
    assert piece == {**whole, "status": 206, "range": f"bytes 0-7/{whole['size']}", "size": 8, "begins": "%PDF-1.7"}
    assert whole["name"] == 'inline; filename="Map.pdf"'
    assert page.complaints == []

    assert call("DELETE", f"{api}/courses/{document.id}/enroll", learner).status_code == 204
    assert call("GET", link, learner).json()["code"] == "not_enrolled"
    assert page.evaluate(READ, [url, "bytes=0-7"])["status"] == (206 if storage else 403)


def test_a_document_is_replaced_in_its_lesson(document, teacher):
    teacher.get_by_role("combobox", name="Course").select_option("Maps")
    teacher.get_by_role("combobox", name="Lesson").select_option("The map")
    expect(teacher.locator("#about")).to_have_text("Map.pdf, 2 pages, 1 kB")
    upload(teacher, {**PDF, "buffer": make_pdf(1)})

    expect(teacher.locator("#about")).to_have_text("Moon map.pdf, 1 page, 1 kB")


def hold(page, path):
    """Keep the page's requests for a path, to be let go later."""
    held = []
    page.route(path, lambda route: held.append(route))
    return held


def let_go(page, held):
    """Let a request go, and wait until the page has its answer."""
    wait_for(lambda: page.evaluate("true") and held)
    with page.expect_response(held[0].request.url) as answer:
        held[0].continue_()
    answer.value.finished()
    page.evaluate("new Promise((done) => setTimeout(done))")


def test_an_answer_about_a_course_chosen_before_changes_nothing(document, teacher):
    held = hold(teacher, f"**/courses/{document.id}/lessons?*")
    course, lesson = (teacher.get_by_role("combobox", name=each) for each in ("Course", "Lesson"))
    course.select_option("Maps")
    with teacher.expect_response("**/lessons?*"):
        course.select_option("Astronomy")
    let_go(teacher, held)

    expect(lesson.get_by_role("option")).to_have_text(["A new lesson"])


def test_an_answer_about_a_lesson_chosen_before_changes_nothing(document, teacher):
    teacher.get_by_role("combobox", name="Course").select_option("Maps")
    lesson = teacher.get_by_role("combobox", name="Lesson")
    held = hold(teacher, "**/lessons/*/document?*")
    lesson.select_option("The map")
    wait_for(lambda: teacher.evaluate("true") and held)
    lesson.select_option("A new lesson")
    let_go(teacher, held)

    expect(teacher.locator("#lesson")).to_be_hidden()


def test_a_file_that_is_no_pdf_is_refused_with_the_reason(teacher):
    upload_to_new_lesson(teacher, {**PDF, "buffer": b"<html>not a PDF</html>"})

    expect(state(teacher)).to_contain_text("Refused: ")
    expect(teacher.get_by_label("PDF")).to_be_focused()
    expect(teacher.locator("#lesson")).to_be_hidden()


def test_a_file_that_is_too_large_is_refused_before_it_is_sent(teacher, tmp_path):
    large = tmp_path / "large.pdf"
    with large.open("wb") as file:
        file.truncate(MAX_SIZE + 1)
    upload_to_new_lesson(teacher, large)

    expect(state(teacher)).to_contain_text(f"Must be at most {MAX_SIZE} for a document.")


def test_an_upload_that_is_not_accepted_leaves_nothing(teacher, client, owner):
    teacher.route("**/uploads/*", lambda route: route.fulfill(status=403))
    upload_to_new_lesson(teacher, PDF)

    expect(state(teacher)).to_have_text("Refused: The file was not accepted (403).")
    assert client.get("/users/me/files", auth=owner).json["files"] == []


def test_an_upload_goes_on_after_a_lost_connection(teacher):
    teacher.route("**/uploads/*", lambda route: route.abort(), times=1)
    upload_to_new_lesson(teacher, {**PDF, "buffer": make_pdf(3)})

    expect(state(teacher)).to_have_text("Ready: Moon map.pdf, 3 pages, 2 kB")


def test_a_document_is_uploaded_with_the_keyboard_alone(teacher):
    teacher.get_by_role("combobox", name="Course").focus()
    tab_to(teacher, teacher.get_by_role("combobox", name="Lesson"))
    tab_to(teacher, teacher.get_by_label("Title of the new lesson"))
    teacher.keyboard.type("The map")
    tab_to(teacher, teacher.get_by_label("PDF"))
    with teacher.expect_file_chooser() as chooser:
        # Chromium handles keys before the command to intercept the chooser; the answer to this shows that it has arrived.
        expect(teacher.get_by_label("PDF")).to_be_focused()
        teacher.keyboard.press("Space")
    chooser.value.set_files({**PDF, "buffer": make_pdf(3)})
    tab_to(teacher, teacher.get_by_role("button", name="Upload", exact=True))
    teacher.keyboard.press("Enter")

    expect(teacher.get_by_role("heading", name="The map")).to_be_focused()


@pytest.mark.parametrize("storage", ["gridfs", "s3"], indirect=True)
def test_a_student_has_a_photo_and_removes_it(page, school, worker, stranger):
    page.goto(f"{school.url}/upload")
    sign_in(page, stranger)
    expect(page.get_by_text("No photo yet.")).to_be_visible()
    page.get_by_label("JPEG").set_input_files({**PHOTO, "buffer": photo("phone.jpg")})
    page.get_by_role("button", name="Upload the photo").click()

    shown = page.get_by_alt_text("Your photo")
    expect(shown).to_be_visible()
    wait_for(lambda: shown.evaluate("image => image.complete && image.naturalWidth > 0"))
    expect(page.get_by_role("combobox", name="Course")).to_be_hidden()
    page.get_by_role("button", name="Remove the photo").click()
    expect(page.get_by_text("No photo yet.")).to_be_visible()
    assert page.complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [SMALL, LARGE])
def test_the_upload_page_is_accessible(document, teacher, width, scheme, screenshots):
    teacher.set_viewport_size({"width": width, "height": 1000})
    teacher.emulate_media(color_scheme=scheme)
    assert violations(teacher) == set()

    teacher.get_by_role("combobox", name="Course").select_option("Maps")
    teacher.get_by_role("combobox", name="Lesson").select_option("The map")
    wait_for_reader(teacher)
    teacher.screenshot(path=screenshots / f"upload-{width}-{scheme}.png")

    assert teacher.evaluate("document.documentElement.scrollWidth") <= width
    assert violations(teacher) == set()
