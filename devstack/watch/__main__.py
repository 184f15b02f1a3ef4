"""`python -m devstack.watch --port P --api URL`: the watch page as a process of the local stack."""

import argparse
import signal
import threading

from werkzeug.serving import make_server

from devstack.watch.app import create_app

HOST = "127.0.0.1"


def main() -> None:
    options = _options()
    server = make_server(HOST, options.port, create_app(options.api), threaded=True)
    asked_to_stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: asked_to_stop.set())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    asked_to_stop.wait()
    server.shutdown()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m devstack.watch", description="A page to watch lessons on.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--api", required=True, help="where LearnStream runs")
    return parser.parse_args()


if __name__ == "__main__":
    main()
