"""A small school, created as the benchmark does."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from bench.scenarios import Scenarios
from bench.school import School
from tests.bench.wire import send


@pytest.fixture
def school(app):
    school = School()
    school.add_courses(11)
    school.add_students(2)
    school.add_records(school.students, courses=slice(0, 1))
    return school


@pytest.fixture
def scenarios(app, client, school):
    """Return all scenarios, by name."""

    def etag(path):
        return client.get(path).headers["ETag"]

    made = Scenarios(school, webhook_secret=app.config["MUX_WEBHOOK_SECRETS"][0], etag=etag)
    return {scenario.name: scenario for scenario in made.all()}


@pytest.fixture
def ask(client):
    """Send the next request of a scenario, or a given one."""

    def ask(scenario_or_request):
        if isinstance(scenario_or_request, bytes):
            return send(client, scenario_or_request)
        return send(client, next(iter(scenario_or_request.requests())))

    return ask


@pytest.fixture
def server():
    """A server at `url` that answers /good with 200 and all else with 500, and records the requests in `asked`."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_PUT(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.server.asked.append((self.path, self.headers["X-Number"], body))
            self.send_response(200 if self.path == "/good" else 500)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            """Log nothing."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_):
            """Log nothing: clients may disconnect early."""

    with Server(("127.0.0.1", 0), Handler) as server:
        server.asked, server.url = [], f"http://127.0.0.1:{server.server_port}"
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()
