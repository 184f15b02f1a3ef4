"""A small data set, created as the benchmark does."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from bench.dataset import Dataset
from bench.scenarios import Scenarios
from tests.bench.wire import send


@pytest.fixture
def dataset(app):
    dataset = Dataset()
    dataset.add_courses(11)
    dataset.add_students(2)
    dataset.add_records(dataset.students, courses=slice(0, 1))
    return dataset


@pytest.fixture
def scenarios(app, client, dataset):
    """Return all scenarios, by name."""

    def etag(path):
        return client.get(path).headers["ETag"]

    all_scenarios = Scenarios(dataset, webhook_secret=app.config["MUX_WEBHOOK_SECRETS"][0], etag=etag)
    return {scenario.name: scenario for scenario in all_scenarios.all()}


@pytest.fixture
def send_request(client):
    """Send the next request of a scenario, or a given one."""

    def send_request(scenario_or_request):
        if isinstance(scenario_or_request, bytes):
            return send(client, scenario_or_request)
        return send(client, next(iter(scenario_or_request.requests())))

    return send_request


@pytest.fixture
def server():
    """A server at `url` that answers /good with 200 and all else with 500, and records the requests in `received`."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_PUT(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.server.received.append((self.path, self.headers["X-Number"], body))
            self.send_response(200 if self.path == "/good" else 500)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            """Log nothing."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_):
            """Log nothing: clients may disconnect early."""

    with Server(("127.0.0.1", 0), Handler) as server:
        server.received, server.url = [], f"http://127.0.0.1:{server.server_port}"
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()
