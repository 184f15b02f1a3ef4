"""The settings of payments."""

import pytest

from config import ConfigError, load
from tests.platform.test_config import GOOD

NO_HTTPS = ("http://api.stripe.com", "http://127.0.0.1.example.com", "http://localhost@example.com")
PAYMENTS = {
    "STRIPE_SECRET_KEY": "sk_test_51sesame",
    "STRIPE_WEBHOOK_SECRETS": "whsec_first123, whsec_second12",
    "PUBLIC_URL": "https://api.school.test",
}


def test_payments_are_configured():
    config = load(GOOD | PAYMENTS)

    assert config.STRIPE_SECRET_KEY == "sk_test_51sesame"
    assert config.STRIPE_WEBHOOK_SECRETS == ["whsec_first123", "whsec_second12"]
    assert config.STRIPE_API_URL == "https://api.stripe.com"
    assert (config.STRIPE_AUTOMATIC_TAX, config.INSTRUCTORS_PRICE, config.PAYMENT_RECORDS_YEARS) == (False, False, 10)


def test_payments_may_be_left_out_and_a_key_may_come_before_the_webhook():
    assert load(GOOD).STRIPE_SECRET_KEY == ""
    assert load(GOOD | PAYMENTS | {"STRIPE_WEBHOOK_SECRETS": ""}).STRIPE_WEBHOOK_SECRETS == []


@pytest.mark.parametrize("key", ["sk_live_51sesame", "sk_test_51sesame", "rk_live_51sesame", "rk_test_51sesame"])
def test_keys_of_both_modes_are_accepted(key):
    config = load(GOOD | PAYMENTS | {"STRIPE_SECRET_KEY": key})

    assert key == config.STRIPE_SECRET_KEY


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("STRIPE_SECRET_KEY", key) for key in ("", "sesame", "pk_live_51sesame", "sk_51sesame", "sk_org_51sesame")),
        *(
            ("STRIPE_SECRET_KEY", key)
            for key in ("SK_LIVE_51SESAME", "sk_test_", "sk_test_51 sesame", "sk_test_51sesam\u00e9")
        ),
        *(
            ("STRIPE_WEBHOOK_SECRETS", secret)
            for secret in ("sesame", "whsec_", "whsec_first123, sesame", "whsec_ses ame12")
        ),
        *(("STRIPE_API_URL", url) for url in (*NO_HTTPS, "api.stripe.com", "ftp://api.stripe.com")),
        ("PUBLIC_URL", ""),
        ("STRIPE_AUTOMATIC_TAX", "perhaps"),
        ("INSTRUCTORS_PRICE", "perhaps"),
        *(("PAYMENT_RECORDS_YEARS", years) for years in ("0", "101", "-1", "1.5", "ten")),
    ],
)
def test_an_invalid_setting_aborts_the_start_without_showing_secrets(name, value):
    with pytest.raises(ConfigError, match=name) as error:
        load(GOOD | PAYMENTS | {name: value})

    assert "\n" not in str(error.value)
    assert "sesame" not in str(error.value).lower()


@pytest.mark.parametrize("url", ["http://127.0.0.1:4242", "http://localhost", "http://[::1]:80"])
def test_a_payment_service_of_this_machine_needs_no_encryption(url):
    assert url == load(GOOD | PAYMENTS | {"STRIPE_API_URL": url}).STRIPE_API_URL
