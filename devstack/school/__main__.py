"""`python -m devstack.school --port P --api URL`: the example school's pages as a process of the local stack."""

import argparse
import signal
import threading

from werkzeug.serving import make_server

from devstack.school.app import create_app
from devstack.web import HOST


def main() -> None:
    options = _parse_options()
    server = make_server(HOST, options.port, create_app(options.api, options.storage), threaded=True)
    stop_requested = threading.Event()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signal_number, lambda *_: stop_requested.set())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    stop_requested.wait()
    server.shutdown()


def _parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m devstack.school", description="Pages of an example school.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--api", required=True, help="where LearnStream runs")
    parser.add_argument("--storage", help="where files are stored, if not in LearnStream itself")
    return parser.parse_args()


if __name__ == "__main__":
    main()
