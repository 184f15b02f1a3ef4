import json
import re
from pathlib import Path

import pytest

from config import ConfigError, load
from learnstream.integrations.mail import Mailbox

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
        ("SECOND_FACTOR_KEYS", "short"),
        ("SECOND_FACTOR_KEYS", f"{'s' * 32},short"),
        ("MFA_REQUIRED_FOR", "teacher"),
        ("MFA_REQUIRED_FOR", "admin"),  # without SECOND_FACTOR_KEYS
        ("DB_POOL_SIZE", "many"),
        ("DB_POOL_SIZE", "0"),
        ("DB_POOL_TIMEOUT", "0"),
        ("RATELIMIT_ENABLED", "perhaps"),
        ("MAX_PLAYBACK_RATE", "0.9"),
        ("MAX_PLAYBACK_RATE", "17"),
        ("MAX_PLAYBACK_RATE", "2,5"),
        ("MAX_PLAYBACK_RATE", "nan"),
        ("FILES_QUOTA", "0"),
        ("FILES_QUOTA", "1.5GB"),
        ("FILES_QUOTA", "much"),
        ("LOG_LEVEL", "LOUD"),
        ("CORS_ORIGINS", "https://*.example.com"),
        ("CORS_ORIGINS", "https://app.example.com/"),
        ("CORS_ORIGINS", "app.example.com"),
        ("PUBLIC_URL", "api.example.com"),
        ("REQUIRE_VERIFIED_EMAIL", "always"),
        ("REQUIRE_VERIFIED_EMAIL", "login"),
        ("TRUSTED_HOSTS", "https://api.example.com"),
        ("TRUSTED_HOSTS", "*.example.com"),
        ("TRUSTED_HOSTS", "api.example.com:443"),
        ("ADMIN_EMAIL", "a@example.com"),
        ("MUX_TOKEN_ID", "x"),
        ("MUX_SIGNING_PRIVATE_KEY", "***"),
        ("MUX_SIGNING_PRIVATE_KEY", "bm90IGEga2V5"),
        ("MUX_SIGNING_PRIVATE_KEY", "-----BEGIN RSA PRIVATE KEY-----"),
        ("MAIL_URL", "smtp://h"),
        ("MAIL_FROM", "school@school.test"),
        ("APP_NAME", "x" * 61),
        ("APP_NAME", "a\nb"),
        ("APP_URL", "app.example.com"),
        ("LINK_INVITATION", "https://app.example.com/invitation"),
        ("LINK_INVITATION", "https://app.example.com/{token}/{token}"),
        ("LINK_INVITATION", "https://app.example.com/{token}/{other}"),
        ("LINK_RESET_PASSWORD", "javascript:alert({token})"),
        ("LINK_ORDER", "https://app.example.com/orders"),
        ("LINK_ORDER", "https://app.example.com/orders/{token}"),
        ("LINK_ORDER", "https://app.example.com/{order_id}/{order_id}"),
        ("LINK_VERIFY_EMAIL", "/verify?token={token}"),
    ],
)
def test_an_invalid_setting_aborts_the_start_and_is_named(name, value):
    with pytest.raises(ConfigError, match=name):
        load(GOOD | {name: value})


MAIL = {"MAIL_URL": "smtp://h", "MAIL_FROM": "school@school.test", "PUBLIC_URL": "https://api.school.test"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PUBLIC_URL", ""),
        ("MAIL_FROM", ""),
        ("MAIL_FROM", "school"),
        ("MAIL_FROM", "School <school>"),
        ("MAIL_FROM", "School <school@school.test"),
        ("MAIL_FROM", "School <a@school.test> <b@school.test>"),
        ("MAIL_FROM", "a@school.test, b@school.test"),
        ("MAIL_FROM", "Sch\nool <school@school.test>"),
        ("MAIL_REPLY_TO", "nobody"),
        ("MAIL_URL", "mail.example.com"),
        ("MAIL_URL", "http://mail.example.com"),
        ("MAIL_URL", "smtp://"),
        ("MAIL_URL", "smtp://h:0"),
        ("MAIL_URL", "smtp://h:65536"),
        ("MAIL_URL", "smtp://h:x"),
        ("MAIL_URL", "smtp://h/path"),
        ("MAIL_URL", "smtp://h?timeout=5"),
        ("MAIL_URL", "smtp://a b"),
        ("MAIL_URL", "smtp://user@h"),
        ("MAIL_URL", "smtp://user:@h"),
        ("MAIL_URL", "smtp://:sesame@h"),
        ("MAIL_URL", "smtp://sam@b.test:sesame@h"),
        ("MAIL_URL", "smtp://user:sesame%zz@h"),
        ("MAIL_URL", "smtp://user:sesame%0a@h"),
        ("MAIL_URL", "smtp://user:sesame%C3%A4@h"),
        ("MAIL_URL", "smtp://[1::2::3]"),
        ("MAIL_URL", "smtp://-h"),
    ],
)
def test_an_invalid_setting_of_mail_aborts_the_start_with_one_line(name, value):
    with pytest.raises(ConfigError, match=name) as error:
        load(GOOD | MAIL | {name: value})

    assert "\n" not in str(error.value)
    assert "sesame" not in str(error.value)


@pytest.mark.parametrize(
    ("text", "mailbox"),
    [
        ("school@school.test", ("school@school.test", "LearnStream")),
        ("Example School <school@School.test>", ("school@school.test", "Example School")),
        ('"Example, School" <school@school.test>', ("school@school.test", "Example, School")),
        ("École <école@bücher.test>", ("école@bücher.test", "École")),
    ],
)
def test_a_sender_has_an_address_and_a_name(text, mailbox):
    assert Mailbox.parse(load(GOOD | MAIL | {"MAIL_FROM": text}).MAIL_FROM, "LearnStream") == mailbox


def test_links_may_lead_to_the_front_ends_pages():
    own = load(GOOD | MAIL)
    paths = {"APP_URL": "https://app.school.test/", "LINK_RESET_PASSWORD": "/reset/{token}"}
    links = {"LINK_INVITATION": "https://x.test/#/i={token}", "LINK_ORDER": "/orders/{order_id}"}
    front = load(GOOD | MAIL | paths | links)

    assert own.LINK_VERIFY_EMAIL == front.LINK_VERIFY_EMAIL == own.LINK_INVITATION == ""
    assert front.LINK_RESET_PASSWORD == "https://app.school.test/reset/{token}"
    assert front.LINK_INVITATION == "https://x.test/#/i={token}"
    assert (own.LINK_ORDER, front.LINK_ORDER) == ("", "https://app.school.test/orders/{order_id}")


@pytest.mark.parametrize("password", ["admin", "password", "changeme", "qwertyuiop", "x" * 129, "ada@school.test"])
def test_a_weak_password_for_the_administrator_aborts_the_start(password):
    with pytest.raises(ConfigError, match="ADMIN_PASSWORD"):
        load(GOOD | {"ADMIN_EMAIL": "ada@school.test", "ADMIN_PASSWORD": password})


@pytest.mark.parametrize(("text", "size"), [("500MB", 5 * 10**8), ("2 GB", 2 * 10**9), ("1024", 1024), ("", 10**9)])
def test_a_quota_is_given_in_bytes_or_with_a_unit(text, size):
    quota = load(GOOD | {"FILES_QUOTA": text}).FILES_QUOTA

    assert quota == size


def test_production_derives_no_key_for_second_factors():
    development = load(GOOD | {"LEARNSTREAM_ENV": "development"})

    assert load(GOOD).SECOND_FACTOR_KEYS == []
    assert len(development.SECOND_FACTOR_KEYS[0]) >= 32
    assert development.SECOND_FACTOR_KEYS != development.JWT_SECRET_KEYS


def test_there_are_connections_for_all_threads():
    many, few = load(GOOD | {"WEB_THREADS": "40"}), load(GOOD)

    assert {many.DB_POOL_SIZE, many.MONGODB_POOL_SIZE, many.REDIS_POOL_SIZE} == {40}
    assert (few.DB_POOL_SIZE, few.MONGODB_POOL_SIZE, few.REDIS_POOL_SIZE) == (5, 20, 20)


def test_an_administrators_address_must_be_valid():
    with pytest.raises(ConfigError, match="ADMIN_EMAIL"):
        load(GOOD | {"ADMIN_EMAIL": "ada", "ADMIN_PASSWORD": "nine patient snails"})


def settings_read():
    source = (ROOT / "config.py").read_text()
    return set(re.findall(r'env\.\w+\(\s*"([A-Z0-9_]+)"', source)) | set(
        re.findall(r'_secret\(env, "([A-Z_]+)"', source)
    )


def test_the_documentation_explains_every_setting_and_no_other():
    rows = re.findall(r"^\| (`.*?) \|", (ROOT / "docs" / "configuration.md").read_text(), re.MULTILINE)
    explain = [name for row in rows for name in re.findall(r"`([A-Z0-9_]+)`", row)]

    assert set(explain) == settings_read() | SERVER_SETTINGS
    assert len(explain) == len(set(explain))


def test_the_example_environment_names_only_real_settings():
    names = set(re.findall(r"^([A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))

    assert names - settings_read() == {"WEB_CONCURRENCY"}


def test_a_dyno_has_only_existing_settings_and_processes():
    app = json.loads((ROOT / "app.json").read_text())
    processes = re.findall(r"^(\w+):", (ROOT / "Procfile").read_text(), re.MULTILINE)

    assert app["env"].keys() <= settings_read()
    assert {*app["formation"], "release"} == set(processes)


def test_a_dyno_gets_a_supported_python():
    wanted = (ROOT / ".python-version").read_text().strip()

    assert f'requires-python = ">={wanted},' in (ROOT / "pyproject.toml").read_text()


S3 = {
    "FILES_S3_ENDPOINT": "https://s3.eu-central-1.amazonaws.com",
    "FILES_S3_REGION": "eu-central-1",
    "FILES_S3_BUCKET": "school-files",
    "FILES_S3_ACCESS_KEY_ID": "AKIDEXAMPLE",
    "FILES_S3_SECRET_ACCESS_KEY": "s3cret/+",
}


@pytest.mark.parametrize(
    ("settings", "url"),
    [
        ({}, "https://school-files.s3.eu-central-1.amazonaws.com/files/a"),
        ({"FILES_S3_PATH_STYLE": "true"}, "https://s3.eu-central-1.amazonaws.com/school-files/files/a"),
        (
            {"FILES_S3_PATH_STYLE": "true", "FILES_S3_BUCKET": "a.b"},
            "https://s3.eu-central-1.amazonaws.com/a.b/files/a",
        ),
        ({"FILES_S3_ENDPOINT": "http://127.0.0.1:9000/"}, "http://school-files.127.0.0.1:9000/files/a"),
    ],
)
def test_a_bucket_is_in_the_host_name_or_in_the_path(settings, url):
    assert load(GOOD | S3 | settings).FILES_S3.url("files/a") == url


def test_without_a_bucket_there_is_none():
    assert load(GOOD).FILES_S3 is None


@pytest.mark.parametrize("name", S3)
def test_the_settings_of_a_bucket_go_together(name):
    with pytest.raises(ConfigError, match=name):
        load(GOOD | S3 | {name: ""})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FILES_S3_ENDPOINT", "s3.eu-central-1.amazonaws.com"),
        ("FILES_S3_ENDPOINT", "https://s3.eu-central-1.amazonaws.com/school-files"),
        ("FILES_S3_ENDPOINT", "https://key:secret@s3.eu-central-1.amazonaws.com"),
        ("FILES_S3_ENDPOINT", "http://s3.eu-central-1.amazonaws.com"),  # in production
        ("FILES_S3_REGION", "EU Central"),
        ("FILES_S3_BUCKET", "School"),
        ("FILES_S3_BUCKET", "ab"),
        ("FILES_S3_BUCKET", "a/b/c"),
        ("FILES_S3_BUCKET", "school.files"),  # not in a host name
        ("FILES_S3_BUCKET", "school..files"),
        ("FILES_S3_ACCESS_KEY_ID", "a/b"),
        ("FILES_S3_PATH_STYLE", "perhaps"),
    ],
)
def test_an_invalid_setting_of_a_bucket_aborts_the_start_with_one_line(name, value):
    with pytest.raises(ConfigError, match=f"^Configuration: {name} [^\n]*$") as error:
        load(GOOD | S3 | {name: value})
    assert S3["FILES_S3_SECRET_ACCESS_KEY"] not in str(error.value)


def test_a_path_style_alone_is_no_bucket():
    with pytest.raises(ConfigError, match="FILES_S3_ENDPOINT is required"):
        load(GOOD | {"FILES_S3_PATH_STYLE": "true"})
