"""A real Chromium against a real server."""

import os
import shutil
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright
from werkzeug.serving import make_server

from devstack.school.app import create_app
from devstack.web import QuietRequestHandler
from learnstream.services.media import file_worker
from tests.server import Server

ROOT = Path(__file__).parents[2]
# What keeps a headless Chromium quiet: nothing but the page under test is asked for.
QUIET = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]
PATIENCE = 20  # seconds
# What a test does not wait for shows itself where the browser computes so many times slower, with 300 ms to each response.
SLOWDOWN = float(os.environ.get("SLOW_BROWSER", 0))
expect.set_options(timeout=PATIENCE * 1000)


def wait_for(condition):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"not within {PATIENCE} seconds"
        time.sleep(0.05)


@contextmanager
def files_processed(app):
    """Process uploaded files in a thread, as the Celery worker does."""
    done = threading.Event()

    def work():
        with app.app_context():
            while not done.wait(0.1):
                file_worker.process_due()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    yield
    done.set()
    thread.join()


def violations(page):
    """Return what axe finds wrong with a page."""
    return {violation["id"] for violation in Axe().run(page).response["violations"]}


def tab_to(page, target, presses=1):
    """Press Tab until `target` has the focus, at most so many times."""
    for _ in range(presses):
        page.keyboard.press("Tab")
        if target.evaluate("target => target === document.activeElement"):
            return
    expect(target).to_be_focused()


def sign_in(page, person):
    page.get_by_label("E-mail").fill(person.email)
    page.get_by_label("Password").fill(person.password)
    page.get_by_role("button", name="Sign in").click()


def sign_in_by_keyboard(page, person, password=None):
    """Sign in by keyboard, with the cursor in the first field."""
    expect(page.get_by_label("E-mail address")).to_be_focused()
    page.keyboard.type(person.email)
    tab_to(page, page.get_by_label("Password").first)
    page.keyboard.type(password or person.password)
    page.keyboard.press("Enter")


@pytest.fixture(scope="session")
def chromium():
    """The machine's Chromium; playwright's own cannot be downloaded everywhere."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=[*QUIET, *sandbox])
        yield browser
        browser.close()


def limit_network(page, *, offline=False, upload=-1):
    """Limit how many bytes per second a page sends, or take its network away."""
    latency = 300 if SLOWDOWN else 0  # milliseconds
    limits = {"offline": offline, "latency": latency, "downloadThroughput": -1, "uploadThroughput": upload}
    page.limits.send("Network.emulateNetworkConditions", limits)


def limitable(page):
    page.limits = page.context.new_cdp_session(page)
    if SLOWDOWN:
        slow_down(page)


def slow_down(page):
    page.limits.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
    limit_network(page)
    # Of several sessions that limit a page's network, the first one counts.
    page.context.set_offline = lambda offline: limit_network(page, offline=offline)


@pytest.fixture
def page(chromium):
    """A separate tab that records the requests and errors of its page."""
    context = chromium.new_context(viewport={"width": 1280, "height": 1400})
    context.on("page", limitable)
    page = context.new_page()
    page.complaints = []
    page.hosts = set()
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on("console", lambda message: page.complaints.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: page.hosts.add(request.url.split("/")[2]))
    yield page
    context.close()


@pytest.fixture
def server(served):
    """The application on its own port, in threads."""
    return served


@pytest.fixture(scope="session")
def school():
    """A server for the example school's pages: each module says which, once it knows where its application is."""
    server = make_server("127.0.0.1", 0, None, threaded=True, request_handler=QuietRequestHandler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    server.url = f"http://127.0.0.1:{server.server_port}"
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def school_api(application, settings, school, tmp_path_factory):
    """The application in a process of its own, which lets the pages' origin call it."""
    pages = {"CORS_ORIGINS": school.url, "LINK_ORDER": f"{school.url}/orders#{{order_id}}"}
    with Server(settings | pages, tmp_path_factory.mktemp("school") / "log") as server:
        yield server.url


@pytest.fixture(scope="module")
def api(school, school_api):
    school.app = create_app(school_api)
    return school_api


@pytest.fixture(scope="session")
def screenshots():
    """Where the screenshots are left for people to look at."""
    directory = ROOT / "artifacts"
    directory.mkdir(exist_ok=True)
    return directory
