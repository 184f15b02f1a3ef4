"""The local stack's emulators of vendors; a vendor's key in the environment names the real account instead."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from devstack.local.state import VendorAccess
from devstack.processes import ports
from devstack.processes.programs import Programs
from devstack.services.process import make_directory


class Vendor(NamedTuple):
    """A vendor and the names of its settings.

    name: of the emulator's package, its directory, and the application's webhook.
    key: the setting that replaces the emulator.
    home: the address of the real service.
    """

    name: str
    key: str
    url: str
    webhook_secrets: str
    home: str


MUX = Vendor("mux", "MUX_TOKEN_ID", "MUX_API_URL", "MUX_WEBHOOK_SECRETS", "https://api.mux.com")
STRIPE = Vendor("stripe", "STRIPE_SECRET_KEY", "STRIPE_API_URL", "STRIPE_WEBHOOK_SECRETS", "https://api.stripe.com")


class LocalVendor:
    """An emulator with the same address and keys again after a restart. Its data stays with the other data."""

    def __init__(self, vendor: Vendor, directory: Path, environ: Mapping[str, str]) -> None:
        self.vendor = vendor
        self.environ = environ
        self.is_emulated = not environ.get(vendor.key)
        self.data_dir = directory / vendor.name
        self.port_file = directory / f"{vendor.name}.port"

    def start(self, programs: Programs, environment: dict[str, str], *, application: str) -> None:
        """Start the emulator; it posts its events to the application at this URL."""
        if not self.is_emulated:
            return
        name = self.vendor.name
        make_directory(self.data_dir, mode=0o700)
        self._settings.unlink(missing_ok=True)
        options = ["--port", str(ports.pick_and_store(self.port_file)), "--data-dir", str(self.data_dir)]
        webhook = ["--webhook-url", f"{application}/webhooks/{name}"]
        programs.start(name, ["python", "-m", f"devstack.{name}", *options, *webhook], environment)

    def wait_until_ready(self, programs: Programs) -> None:
        if self.is_emulated:
            programs.wait_until(self._settings.exists, f"The {self.vendor.name} emulator did not start")

    def environment(self) -> dict[str, str]:
        """Return the application's settings."""
        if not self.is_emulated or not self._settings.exists():
            return {}
        content: dict[str, str] = json.loads(self._settings.read_text())
        return content

    def state(self) -> VendorAccess:
        settings = {**self.environ, **self.environment()}
        address = urlsplit(settings.get(self.vendor.url) or self.vendor.home).netloc
        return {
            "address": address,
            "webhook_secret": settings.get(self.vendor.webhook_secrets, "").split(",")[0].strip(),
        }

    @property
    def _settings(self) -> Path:
        return self.data_dir / "environment.json"
