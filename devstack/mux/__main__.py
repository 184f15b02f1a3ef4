"""`python -m devstack.mux --port P --data-dir D --webhook-url URL`: the emulator as a process of the local stack."""

import argparse
from pathlib import Path

from devstack.emulation.process import run
from devstack.mux.emulator import Emulator


def main() -> None:
    options = _parse_options()
    emulator = Emulator(
        options.data_dir,
        port=options.port,
        webhook_url=options.webhook_url,
        webhook_secret=options.webhook_secret,
    )
    run(emulator, options.data_dir)


def _parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m devstack.mux", description="Mux on this machine, at 127.0.0.1.")
    parser.add_argument("--port", type=int, default=0, help="a free one when 0")
    parser.add_argument("--data-dir", type=Path, required=True, help="keeps everything from one start to the next")
    parser.add_argument("--webhook-url", help="where events are posted")
    parser.add_argument("--webhook-secret", help="signs them; made and kept when not given")
    return parser.parse_args()


if __name__ == "__main__":
    main()
