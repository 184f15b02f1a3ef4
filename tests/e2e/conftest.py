"""The whole system: released and served as on a dyno, with a Mux that encodes and delivers its events over HTTP."""

import os
import re
import subprocess
import sys
from contextlib import ExitStack
from html import unescape
from urllib.parse import urljoin

import pytest
import requests

from devstack.mux import Emulator
from devstack.processes import ports
from devstack.services.mongodb import database_uri
from devstack.services.mongodb import drop_database as drop_documents
from devstack.services.postgres import create_database, drop_database
from devstack.services.redis import database_url
from tests.e2e.uploads import send
from tests.faults.deployment import Worker
from tests.server import ROOT, Server
from tests.waiting import within

ADMIN = {"email": "root@example.com", "password": "only the first of them"}
READY_WITHIN = 30.0
MAILED_WITHIN = 60.0  # the first pause after a failed try, and the schedule's


class Client:
    """A client of the API over HTTP."""

    def __init__(self, url):
        self.url = url
        self.http = requests.Session()

    def call(self, method, path, expect=200, **body):
        """Send a request whose JSON body is `body`; the answer must have the expected status."""
        response = self.http.request(method, self.url + path, json=body or None, timeout=20)
        assert response.status_code == expect, f"{method} {path}: {response.status_code} {response.text}"
        return response.json() if response.content else None

    def sign_in(self, email, password):
        tokens = self.call("POST", "/auth/login", email=email, password=password)
        self.http.headers["Authorization"] = f"Bearer {tokens['access_token']}"
        return self


@pytest.fixture(scope="module")
def file_storage():
    """The settings of the storage of files; by default, they are in MongoDB."""
    return {}


@pytest.fixture(scope="module")
def stores(worker_id, file_storage):
    """Empty databases of their own, since the story goes on from test to test."""
    name = f"learnstream_story_{worker_id}"
    number = 8 + int(worker_id.removeprefix("gw")) % 8 if worker_id != "master" else 8
    mongodb = database_uri(os.environ["MONGODB_URI"], name)
    yield {
        "DATABASE_URL": create_database(os.environ["DATABASE_URL"], name),
        "MONGODB_URI": mongodb,
        "REDIS_URL": database_url(os.environ["REDIS_URL"], number),
    }
    drop_database(os.environ["DATABASE_URL"], name)
    drop_documents(mongodb, name)


@pytest.fixture(scope="module")
def port():
    return ports.free()


@pytest.fixture(scope="module")
def mux(port, tmp_path_factory):
    webhook_url = f"http://127.0.0.1:{port}/webhooks/mux"
    with Emulator(tmp_path_factory.mktemp("story mux"), webhook_url=webhook_url) as emulator:
        yield emulator


@pytest.fixture(scope="module")
def environment(stores, file_storage, port, mux, mail_catcher):
    return {
        **stores,
        **file_storage,
        **mux.environment(),
        **mail_catcher.environment(),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "LEARNSTREAM_ENV": "production",
        "SECRET_KEY": "a secret for the story " * 2,
        "JWT_SECRET_KEYS": "a key for the story's tokens " * 2,
        "SECOND_FACTOR_KEYS": "a key for the second factors " * 2,
        "ADMIN_EMAIL": ADMIN["email"],
        "ADMIN_PASSWORD": ADMIN["password"],
        "WEB_CONCURRENCY": "2",
        "PATH": os.environ["PATH"],
    }


@pytest.fixture(scope="module")
def entry_point():
    """The module with the application that runs."""
    return "wsgi"


@pytest.fixture(scope="module")
def move_clock(tmp_path_factory):
    """Return a function that moves the clock of all processes of `moved_clock` to so many seconds ahead."""
    file = tmp_path_factory.mktemp("clock") / "seconds"

    def move(seconds):
        new = file.with_suffix(".new")
        new.write_text(str(seconds))
        new.replace(file)

    move(0)
    move.file = file
    return move


@pytest.fixture(scope="module")
def server(environment, port, entry_point, tmp_path_factory):
    release = [sys.executable, "-m", "flask", "--app", "wsgi", "release"]
    subprocess.run(release, cwd=ROOT, env=environment, check=True, capture_output=True)
    with Server(environment, tmp_path_factory.mktemp("story") / "log", port=port, app=f"{entry_point}:app") as server:
        yield server


@pytest.fixture(scope="module")
def worker(server, environment, entry_point, tmp_path_factory):
    """The Procfile's worker, which sends mails."""
    log = tmp_path_factory.mktemp("story") / "worker.log"
    with Worker(environment, log, app=f"{entry_point}.celery") as worker:
        yield worker


@pytest.fixture(scope="module")
def upload(worker):
    """Return a function that uploads a file, and returns its properties once it has been checked."""

    def upload(person, purpose, name, content):
        asked = person.call("POST", "/files", 201, purpose=purpose, name=name, size=len(content))
        assert send(asked["upload"], content).ok
        assert person.call("POST", f"/files/{asked['id']}/complete", 202)["state"] in {"processing", "ready"}
        within(READY_WITHIN, lambda: person.call("GET", f"/files/{asked['id']}")["state"] in {"ready", "refused"})
        return person.call("GET", f"/files/{asked['id']}")

    return upload


@pytest.fixture(scope="module")
def visitor(server):
    """Return a function that creates a client without sign-in."""
    with ExitStack() as clients:

        def visitor():
            guest = Client(server.url)
            clients.enter_context(guest.http)
            return guest

        yield visitor


@pytest.fixture(scope="module")
def press(visitor):
    """Return a function that opens the link in a mail and clicks its button, with the fields filled in."""

    def press(mail, **fields):
        link = re.search(r"http://\S+token=\S+", mail["text"])[0]
        browser = visitor().http
        page = browser.get(link, timeout=20)
        action = re.search(r'action="([^"]*)"', page.text)[1]
        token = unescape(re.search(r'name="token" value="([^"]*)"', page.text)[1])
        done = browser.post(urljoin(link, action), data={"token": token, **fields}, timeout=20)
        assert (page.status_code, done.status_code) == (200, 200), done.text

    return press


@pytest.fixture
def follow(press, mailbox):
    """Return a function that opens the link in the newest mail with this subject, and clicks its button."""

    def follow(to, subject, **fields):
        press(mailbox.wait_for(to=to, subject=subject, timeout=MAILED_WITHIN), **fields)

    return follow


@pytest.fixture(scope="module")
def admin(visitor):
    return visitor().sign_in(**ADMIN)


@pytest.fixture(scope="module")
def instructor(visitor, admin):
    account = {"email": "ines@example.com", "password": "stars above the harbour"}
    admin.call("POST", "/admin/users", 201, name="Ines", role="instructor", **account)
    return visitor().sign_in(**account)


@pytest.fixture
def student(visitor):
    """Return a function that registers and signs in a student."""

    def student(name):
        account = {"email": f"{name.lower()}@example.com", "password": "a walrus in the pantry"}
        guest = visitor()
        guest.call("POST", "/auth/register", 201, name=name, **account)
        return guest.sign_in(**account)

    return student
