"""`python -m devstack.stripe --port P --data-dir D --webhook-url URL`: the emulator as a process of the local stack."""

import argparse
import json
import os
import signal
from pathlib import Path
from threading import Event

from devstack.stripe.emulator import Emulator


def main() -> None:
    options = _parse_options()
    stop_requested = Event()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signal_number, lambda *_: stop_requested.set())
    with Emulator(options.data_dir, port=options.port, webhook_url=options.webhook_url) as emulator:
        print(json.dumps({"ready": True, "url": emulator.url, "pid": os.getpid()}), flush=True)
        stop_requested.wait()


def _parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m devstack.stripe", description="Stripe on this machine.")
    parser.add_argument("--port", type=int, default=0, help="a free one when 0")
    parser.add_argument("--data-dir", type=Path, required=True, help="keeps everything from one start to the next")
    parser.add_argument("--webhook-url", help="where events are posted")
    return parser.parse_args()


if __name__ == "__main__":
    main()
