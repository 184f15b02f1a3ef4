"""The local stack's emulators of vendors."""

import os

import pytest
import requests

from devstack.bootstrap import ROOT
from devstack.local.vendors import MUX, STRIPE, LocalVendor
from devstack.processes.programs import Programs, with_venv_path


@pytest.fixture
def run(tmp_path):
    """Return a function that starts the emulator of Stripe; the next call restarts it."""
    (tmp_path / "logs").mkdir()
    programs = Programs(ROOT, tmp_path)

    def run():
        programs.stop()
        stripe = LocalVendor(STRIPE, tmp_path, {})
        stripe.start(programs, with_venv_path(dict(os.environ)), application="http://127.0.0.1:1")
        stripe.wait_until_ready(programs)
        return stripe

    yield run
    programs.stop()


def test_keys_and_address_outlive_a_restart(run):
    first = run()
    environment, state = first.environment(), first.state()

    again = run()

    assert (again.environment(), again.state()) == (environment, state)
    assert state["webhook_secret"] == environment["STRIPE_WEBHOOK_SECRETS"]
    url, key = (environment[name] for name in ("STRIPE_API_URL", "STRIPE_SECRET_KEY"))
    answer = requests.get(f"{url}/v1/events", auth=(key, ""), headers={"Stripe-Version": "any"}, timeout=10)
    assert (answer.status_code, url) == (200, f"http://{state['address']}")


@pytest.mark.parametrize(
    ("vendor", "environ", "state"),
    [
        (STRIPE, {"STRIPE_SECRET_KEY": "sk_test_1"}, {"address": "api.stripe.com", "webhook_secret": ""}),
        (
            STRIPE,
            {"STRIPE_SECRET_KEY": "sk_test_1", "STRIPE_WEBHOOK_SECRETS": "whsec_1, whsec_2"},
            {"address": "api.stripe.com", "webhook_secret": "whsec_1"},
        ),
        (MUX, {"MUX_TOKEN_ID": "1"}, {"address": "api.mux.com", "webhook_secret": ""}),
    ],
)
def test_a_key_in_the_environment_replaces_the_emulator(tmp_path, vendor, environ, state):
    programs = Programs(tmp_path, tmp_path)
    local = LocalVendor(vendor, tmp_path, environ)

    local.start(programs, {}, application="http://127.0.0.1:1")
    local.wait_until_ready(programs)

    assert programs.running == []
    assert (local.environment(), local.state()) == ({}, state)
