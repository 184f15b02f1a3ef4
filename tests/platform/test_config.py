import json
import re
from pathlib import Path

import pytest

from config import ConfigError, load

ROOT = Path(__file__).parents[2]
GOOD = {
    "DATABASE_URL": "postgres://u:p@localhost/x",
    "MONGODB_URI": "mongodb://localhost/x",
    "REDIS_URL": "redis://localhost",
    "SECRET_KEY": "s" * 32,
    "JWT_SECRET_KEYS": "j" * 32,
}
SERVER_SETTINGS = set(re.findall(r"os\.environ\.get\(['\"]([A-Z_]+)", (ROOT / "gunicorn.conf.py").read_text()))


def test_herokus_database_url_gets_its_driver():
    assert load(GOOD).SQLALCHEMY_DATABASE_URI == "postgresql+psycopg2://u:p@localhost/x"


def test_production_is_the_default():
    assert load(GOOD).ENV_NAME == "production"


@pytest.mark.parametrize("name", ["DATABASE_URL", "MONGODB_URI", "REDIS_URL", "SECRET_KEY", "JWT_SECRET_KEYS"])
def test_a_missing_setting_is_named(name):
    with pytest.raises(ConfigError, match=name):
        load(GOOD | {name: ""})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LEARNSTREAM_ENV", "prod"),
        ("DATABASE_URL", "mysql://localhost/x"),
        ("MONGODB_URI", "http://localhost"),
        ("SECRET_KEY", "short"),
        ("JWT_SECRET_KEYS", "short"),
        ("DB_POOL_SIZE", "many"),
        ("DB_POOL_SIZE", "0"),
        ("DB_POOL_TIMEOUT", "0"),
        ("RATELIMIT_ENABLED", "perhaps"),
        ("MAX_PLAYBACK_RATE", "0.9"),
        ("MAX_PLAYBACK_RATE", "17"),
        ("MAX_PLAYBACK_RATE", "2,5"),
        ("MAX_PLAYBACK_RATE", "nan"),
        ("LOG_LEVEL", "LOUD"),
        ("CORS_ORIGINS", "https://*.example.com"),
        ("CORS_ORIGINS", "https://app.example.com/"),
        ("CORS_ORIGINS", "app.example.com"),
        ("PUBLIC_URL", "api.example.com"),
        ("TRUSTED_HOSTS", "https://api.example.com"),
        ("TRUSTED_HOSTS", "*.example.com"),
        ("TRUSTED_HOSTS", "api.example.com:443"),
        ("ADMIN_EMAIL", "a@example.com"),
        ("MUX_TOKEN_ID", "x"),
        ("MUX_SIGNING_PRIVATE_KEY", "***"),
        ("MUX_SIGNING_PRIVATE_KEY", "bm90IGEga2V5"),
        ("MUX_SIGNING_PRIVATE_KEY", "-----BEGIN RSA PRIVATE KEY-----"),
    ],
)
def test_an_invalid_setting_aborts_the_start_and_is_named(name, value):
    with pytest.raises(ConfigError, match=name):
        load(GOOD | {name: value})


@pytest.mark.parametrize("password", ["admin", "password", "changeme", "qwertyuiop", "x" * 129, "ada@school.test"])
def test_a_weak_password_for_the_administrator_aborts_the_start(password):
    with pytest.raises(ConfigError, match="ADMIN_PASSWORD"):
        load(GOOD | {"ADMIN_EMAIL": "ada@school.test", "ADMIN_PASSWORD": password})


def test_there_are_connections_for_all_threads():
    many, few = load(GOOD | {"WEB_THREADS": "40"}), load(GOOD)

    assert {many.DB_POOL_SIZE, many.MONGODB_POOL_SIZE, many.REDIS_POOL_SIZE} == {40}
    assert (few.DB_POOL_SIZE, few.MONGODB_POOL_SIZE, few.REDIS_POOL_SIZE) == (5, 20, 20)


def test_an_administrators_address_must_be_valid():
    with pytest.raises(ConfigError, match="ADMIN_EMAIL"):
        load(GOOD | {"ADMIN_EMAIL": "ada", "ADMIN_PASSWORD": "nine patient snails"})


def settings_read():
    source = (ROOT / "config.py").read_text()
    return set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', source)) | set(re.findall(r'_secret\(env, "([A-Z_]+)"', source))


def test_the_documentation_explains_every_setting_and_no_other():
    rows = re.findall(r"^\| (`.*?) \|", (ROOT / "docs" / "configuration.md").read_text(), re.MULTILINE)
    explain = [name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)]

    assert set(explain) == settings_read() | SERVER_SETTINGS
    assert len(explain) == len(set(explain))


def test_the_example_environment_names_only_real_settings():
    names = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))

    assert names - settings_read() == {"WEB_CONCURRENCY"}


def test_a_dyno_has_only_existing_settings_and_processes():
    app = json.loads((ROOT / "app.json").read_text())
    processes = re.findall(r"^(\w+):", (ROOT / "Procfile").read_text(), re.MULTILINE)

    assert app["env"].keys() <= settings_read()
    assert {*app["formation"], "release"} == set(processes)


def test_a_dyno_gets_a_supported_python():
    wanted = (ROOT / ".python-version").read_text().strip()

    assert f'requires-python = ">={wanted},' in (ROOT / "pyproject.toml").read_text()
