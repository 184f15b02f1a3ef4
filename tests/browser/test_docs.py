"""The documentation page in a real browser: the work of an administrator, by keyboard, on large and small screens."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from learnstream.documents import Course
from learnstream.services.accounts import sessions
from tests.browser.conftest import sign_in_by_keyboard, tab_to

LARGE, SMALL = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
# Shortcomings of Scalar's console, by axe-core's rules: fields announced as comboboxes that are none, and a nameless button.
OF_SCALAR = {
    "aria-allowed-role",
    "aria-input-field-name",
    "aria-required-attr",
    "aria-valid-attr-value",
    "button-name",
    "landmark-no-duplicate-main",
    "landmark-unique",
    "presentation-role-conflict",
    "scrollable-region-focusable",
}
LIST_ACCOUNTS = "List accounts"
IN_USE = {"status": 409, "json": {"code": "idempotency_key_in_use", "detail": "The first request is still running."}}
EXPIRED = {"status": 401, "json": {"code": "token_expired", "detail": "The token has expired."}}


@pytest.fixture
def document(client):
    return client.get("/openapi.json").json


@pytest.fixture
def visit(page, server):
    """Open the page at an operation, or at its beginning."""

    def visit(path="", method=""):
        page.goto(f"{server}/docs{path and '#' + operation_id(page, server, method, path)}")
        expect(page.locator(".scalar-api-reference")).to_be_visible(timeout=30_000)
        expect(
            page.locator(".scalar-reference-intro-auth, [selectedsecurityschemes]").filter(visible=True)
        ).to_have_count(0)

    return visit


def operation_id(page, server, method, path):
    return page.request.get(f"{server}/openapi.json").json()["paths"][path][method]["operationId"]


def shown_operation(page):
    return page.locator(f'[id$="{page.url.partition("#")[2]}"]')


def open_console(page, method, path):
    page.get_by_role("button", name=f"Test Request ({method} {path})").click()
    expect(page.get_by_role("button", name="Close Client")).to_be_visible()


def sign_in(page, person):
    page.get_by_role("button", name="Sign in").click()
    sign_in_by_keyboard(page, person)
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def violations(page, context=None):
    return {violation["id"] for violation in Axe().run(page, context=context).response["violations"]}


@pytest.mark.parametrize(
    ("size", "scheme"),
    [
        pytest.param(LARGE, "light", id="large-light"),
        pytest.param(SMALL, "dark", id="small-dark"),
        pytest.param(LARGE, "dark", id="large-dark", marks=pytest.mark.thorough),
        pytest.param(SMALL, "light", id="small-light", marks=pytest.mark.thorough),
    ],
)
def test_an_admin_finds_and_calls_an_operation_by_keyboard(page, visit, server, admin, screenshots, size, scheme):
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=scheme)
    visit()
    keys = page.keyboard
    keys.press("Control+k")
    expect(page.get_by_role("combobox")).to_be_focused()
    keys.type("list accounts")
    expect(page.get_by_role("option").first).to_contain_text(LIST_ACCOUNTS)
    keys.press("ArrowDown")
    expect(page.get_by_role("option", name=LIST_ACCOUNTS, selected=True)).to_be_visible()
    keys.press("Enter")
    expect(page.get_by_role("heading", name=LIST_ACCOUNTS)).to_be_in_viewport()
    expect(shown_operation(page)).to_be_focused()
    assert violations(page) == set()
    page.screenshot(path=screenshots / f"docs-{size['width']}-{scheme}.png")

    tab_to(page, page.get_by_role("button", name="Test Request (get /admin/users)"), presses=100)
    keys.press("Enter")
    expect(page.get_by_role("button", name="Close Client")).to_be_visible()
    keys.press("Control+Enter")
    sign_in_by_keyboard(page, admin, "not this")
    expect(page.get_by_role("alert").filter(visible=True)).to_have_text("The e-mail address or the password is wrong.")
    expect(page.get_by_label("Password").first).to_be_focused()
    assert violations(page, "#sign-in") == set()
    keys.press("Control+a")
    keys.type(admin.password)
    with page.expect_response("**/admin/users*") as answered:
        keys.press("Enter")

    assert (answered.value.status, answered.value.url) == (200, f"{server}/admin/users")
    expect(page.get_by_role("region", name="Response").get_by_text("200 OK")).to_be_in_viewport()
    expect(page.get_by_role("region", name="Response")).to_contain_text(admin.email)
    page.screenshot(path=screenshots / f"docs-console-{size['width']}-{scheme}.png")
    assert violations(page) <= OF_SCALAR
    assert page.evaluate("document.documentElement.scrollWidth") == size["width"]
    assert page.hosts == {server.removeprefix("http://")}
    assert [each for each in page.complaints if "401 (UNAUTHORIZED)" not in each] == []
    assert page.evaluate("[Object.keys(localStorage), Object.keys(sessionStorage)]") == [
        [],
        ["learnstream.refresh_token"],
    ]


def test_a_session_lasts_over_a_reload_until_it_is_signed_out(page, visit, admin):
    visit()
    sign_in(page, admin)
    page.reload()
    expect(page.locator("#who")).to_have_text("Ada, admin")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()

    assert page.evaluate("sessionStorage.length") == 0
    page.reload()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()


def test_a_token_that_runs_out_is_renewed_and_an_ended_session_begun_again(page, visit, admin):
    visit("/admin/users", "get")
    # Long before the request: the browser intercepts some moments after it is told to.
    page.route("**/admin/users", lambda route: route.fulfill(**EXPIRED), times=1)
    sign_in(page, admin)
    open_console(page, "get", "/admin/users")
    with page.expect_response("**/auth/refresh"):
        page.keyboard.press("Control+Enter")
    expect(page.get_by_role("region", name="Response")).to_contain_text("200 OK")

    sessions.end_all(user_id=admin.id, reason="tested")
    sessions.db.session.commit()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert").filter(visible=True)).to_have_text("Your session has ended. Sign in again.")
    page.get_by_label("Password").first.fill(admin.password)
    with page.expect_response("**/admin/users") as answered:
        page.keyboard.press("Enter")
    assert answered.value.status == 200


def test_every_request_has_a_key_of_its_own_and_one_without_an_answer_keeps_it(page, visit, admin):
    visit("/courses", "post")
    page.route("**/courses", lambda route: route.fulfill(**IN_USE), times=1)
    page.route("**/courses", lambda route: route.abort(), times=1)
    sign_in(page, admin)
    open_console(page, "post", "/courses")
    sent = []
    page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("region", name="Response")).to_contain_text("Request failed")
    for status in (409, 201, 201):
        with page.expect_response("**/courses") as answered:
            page.keyboard.press("Control+Enter")
        assert answered.value.status == status

    lost, running, repeated, next_one = (request.headers["idempotency-key"] for request in sent)
    assert lost == running == repeated != next_one
    assert Course.objects.count() == 2
    assert Course.objects.first().summary == ""


def test_links_to_operations_lead_there(page, server, document):
    operation = document["paths"]["/admin/users"]["get"]["operationId"]
    for link in (operation, f"/Administration/{operation}"):
        page.goto(f"{server}/docs#{link}")
        expect(page.get_by_role("heading", name=LIST_ACCOUNTS)).to_be_in_viewport(timeout=30_000)
        assert page.url.endswith(f"/{operation}")
        page.goto("about:blank")


def test_errors_are_folded(page, visit):
    visit("/admin/users", "get")

    operation = shown_operation(page)
    expect(operation.get_by_role("tab", name=re.compile("Status: 200"))).to_have_attribute("aria-selected", "true")
    expect(operation.get_by_role("tab", name=re.compile("Status: 403"))).to_have_attribute("aria-selected", "false")
    expect(operation.get_by_text("Only administrators may do this.")).to_be_hidden()


@pytest.fixture
def shown(page, server):
    """The document as the page shows it: its operations, by method and path."""
    page.goto(server)
    paths = page.evaluate(
        """async () => {
          const { prepare } = await import("/static/docs/document.js");
          return prepare(await (await fetch("/openapi.json")).json()).paths;
        }"""
    )
    return {f"{method} {path}": operation for path, item in paths.items() for method, operation in item.items()}


def test_nothing_optional_is_filled_in_and_what_is_required_comes_first(shown):
    for name, operation in shown.items():
        required = [parameter.get("required", False) for parameter in operation["parameters"]]
        assert required == sorted(required, reverse=True), name
        for parameter in operation["parameters"]:
            if not parameter.get("required"):
                assert parameter.keys().isdisjoint({"example", "examples"}), name
                assert parameter["schema"].keys().isdisjoint({"default", "example"}), name

    assert "`-created_at`" not in shown["get /admin/users"]["summary"]
    assert [p["description"] for p in shown["get /admin/users"]["parameters"] if p["name"] == "page_size"] == [
        "The number of entries per page.\n\nDefault: `20` · Minimum: `1`"
    ]


def test_a_body_begins_with_its_required_fields_alone(shown):
    [media] = shown["post /courses"]["requestBody"]["content"].values()

    assert media["examples"]["Required fields"]["value"].keys() == {"title"}
    assert next(iter(media["examples"])) == "Required fields"
    assert len(media["examples"]["All fields"]["value"]) > 5


def test_the_token_is_for_operations_of_this_origin_that_take_one(page, server):
    page.goto(server)
    found = page.evaluate(
        """async () => {
          const { directory } = await import("/static/docs/document.js");
          const find = directory(await (await fetch("/openapi.json")).json());
          const asked = [
            ["GET", "/admin/users/7"], ["GET", "/users/me"], ["POST", "/courses"], ["POST", "/auth/login"],
            ["GET", "/lessons/6560f3a2c1d4e5f6a7b8c9d0"], ["GET", "/nowhere"], ["GET", "http://elsewhere.test/admin/users"],
          ];
          return asked.map(([method, path]) => {
            const { needsToken, usesToken, takesKey } = find({ method, url: new URL(path, origin).href });
            return [needsToken, usesToken, takesKey].map(Boolean);
          });
        }"""
    )

    assert found == [
        [True, True, False],
        [True, True, False],
        [True, True, True],
        [False, False, False],
        [False, True, False],
        [False, False, False],
        [False, False, False],
    ]
