"""The application over HTTP, for clients that are no test clients."""

import threading

import pytest
from werkzeug.serving import make_server


@pytest.fixture
def served(app):
    """The URL of the application on its own port, in threads."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(timeout=5)
    server.server_close()
