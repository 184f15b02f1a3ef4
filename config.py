"""All configuration, read once from the environment; no other module reads environment variables.

`load()` selects the class for `LEARNSTREAM_ENV` and rejects invalid settings with a one-line error at startup.
"""

import base64
import binascii
import hashlib
import os
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from urllib.parse import urlsplit, urlunsplit

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from learnstream.errors.accounts import PasswordRefused
from learnstream.integrations.mail import Mailbox
from learnstream.integrations.s3.bucket import Bucket
from learnstream.integrations.smtp.server import SmtpServer

MIN_SECRET_LENGTH = 32
TRUE_WORDS = {"1", "true", "yes", "on"}
FALSE_WORDS = {"0", "false", "no", "off"}
UNITS = {"B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}
# Exact origins only: Flask-CORS treats an origin with a star or bracket as a regular expression, where dots match all.
ORIGIN = re.compile(r"\*|https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?")
ROLE = re.compile("admin|instructor|student")
HOST = re.compile(r"\.?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*|\[[0-9A-Fa-f:]+\]")
# Where a link's token belongs.
TOKEN, ORDER = "{token}", "{order_id}"
LINK = r"https?://[^\s{{}}<>\"]+{placeholder}[^\s{{}}<>\"]*"
MAX_APP_NAME = 60  # characters
# Publishable keys (`pk_…`) cannot create anything, and keys of organizations do not say their mode.
LOOPBACK = {"127.0.0.1", "::1", "localhost"}
STRIPE_KEY = re.compile(r"[sr]k_(live|test)_[A-Za-z0-9_]{8,255}")
STRIPE_SECRET = re.compile(r"whsec_[\x21-\x2b\x2d-\x7e]{8,255}")


class ConfigError(SystemExit):
    """A missing or invalid setting; aborts the startup with a one-line message and exit code 1."""

    def __init__(self, message: str) -> None:
        super().__init__(f"Configuration: {message}")


class Environment:
    """Typed access to a mapping of environment variables; an empty value counts as absent."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = values

    def text(self, name: str, default: str = "") -> str:
        return self.values.get(name, "").strip() or default

    def required(self, name: str) -> str:
        if not (value := self.text(name)):
            raise ConfigError(f"{name} is required.")
        return value

    def number(self, name: str, default: int, *, low: int, high: int) -> int:
        text = self.text(name, str(default))
        if not re.fullmatch(r"\d{1,9}", text) or not low <= int(text) <= high:
            raise ConfigError(f"{name} must be a whole number from {low} to {high}, not {text!r}.")
        return int(text)

    def decimal(self, name: str, default: float, *, low: float, high: float) -> float:
        text = self.text(name, str(default))
        if not re.fullmatch(r"\d{1,3}(\.\d{1,3})?", text) or not low <= float(text) <= high:
            raise ConfigError(f"{name} must be a number from {low:g} to {high:g}, not {text!r}.")
        return float(text)

    def size(self, name: str, default: str) -> int:
        """Return a number of bytes, which may be written with a unit, such as 500MB."""
        found = re.fullmatch(r"(\d{1,15})\s?(B|kB|KB|MB|GB|TB)?", text := self.text(name, default))
        if not found or not (size := int(found[1]) * UNITS[(found[2] or "B").upper()]):
            raise ConfigError(f"{name} must be a number of bytes such as 500MB or 2GB, not {text!r}.")
        return size

    def boolean(self, name: str, default: bool) -> bool:
        text = self.text(name, "true" if default else "false").lower()
        if text not in TRUE_WORDS | FALSE_WORDS:
            raise ConfigError(f"{name} must be true or false, not {text!r}.")
        return text in TRUE_WORDS

    def listing(self, name: str, each: re.Pattern[str] | None = None, example: str = "") -> list[str]:
        parts = [part.strip() for part in self.text(name).split(",") if part.strip()]
        if wrong := [part for part in parts if each and not each.fullmatch(part)]:
            raise ConfigError(f"{name} must be a list of entries like {example}, not {wrong[0]!r}.")
        return parts

    def url(self, name: str, default: str, *, schemes: tuple[str, ...]) -> str:
        value = self.text(name, default)
        parts = urlsplit(value)
        if parts.scheme not in schemes or not parts.netloc:
            raise ConfigError(f"{name} must be a URL that starts with {' or '.join(s + '://' for s in schemes)}.")
        return value.rstrip("/")


def sqlalchemy_url(url: str) -> str:
    """Return the URL with its driver: SQLAlchemy 2.1 defaults to psycopg 3 and rejects Heroku's `postgres://`."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql", "postgresql+psycopg2"}:
        raise ConfigError("DATABASE_URL must be a URL that starts with postgres:// or postgresql://.")
    return urlunsplit(parts._replace(scheme="postgresql+psycopg2"))


def signing_key_pem(encoded: str) -> str:
    """Decode Mux's signing key, a base64-encoded PEM; an unencoded PEM is accepted, too."""
    if not encoded:
        return ""
    try:
        bare = encoded.startswith("-----BEGIN")
        pem = encoded.replace("\\n", "\n") if bare else base64.b64decode(encoded, validate=True).decode()
        load_pem_private_key(pem.encode(), password=None)
    except (binascii.Error, ValueError, TypeError, UnsupportedAlgorithm):
        raise ConfigError("MUX_SIGNING_PRIVATE_KEY must be the base64-encoded private key from Mux.") from None
    return pem


def admin_address(email: str, password: str) -> str:
    """Return the first administrator's address in canonical form; reject credentials that an account cannot have."""
    # Imported here: the package must stay importable without a configuration, and vice versa.
    from learnstream.services.accounts import passwords  # noqa: PLC0415
    from learnstream.text import email_address  # noqa: PLC0415

    try:
        email = email_address.normalize(email)
        passwords.require_acceptable(password, email=email, name="")
    except ValueError as error:
        raise ConfigError(f"ADMIN_EMAIL: {error}") from None
    except PasswordRefused:
        raise ConfigError("ADMIN_PASSWORD must have 8 to 128 characters and be hard to guess.") from None
    return email


def checked(name: str, value: str, parse: Callable[[str], object]) -> str:
    """Return the value of an optional setting that `parse` accepts."""
    try:
        if value:
            parse(value)
    except ValueError as error:
        raise ConfigError(f"{name} {error}.") from None
    return value


def _bucket(env: Environment) -> Bucket | None:
    """Return the bucket that the settings describe; None without any of them."""
    values = {
        "FILES_S3_ENDPOINT": env.text("FILES_S3_ENDPOINT").rstrip("/"),
        "FILES_S3_REGION": env.text("FILES_S3_REGION"),
        "FILES_S3_BUCKET": env.text("FILES_S3_BUCKET"),
        "FILES_S3_ACCESS_KEY_ID": env.text("FILES_S3_ACCESS_KEY_ID"),
        "FILES_S3_SECRET_ACCESS_KEY": env.text("FILES_S3_SECRET_ACCESS_KEY"),
    }
    path_style = env.boolean("FILES_S3_PATH_STYLE", default=False)
    if not any(values.values()) and not path_style:
        return None
    if missing := [name for name, value in values.items() if not value]:
        raise ConfigError(f"{missing[0]} is required: the FILES_S3 settings go together.")
    endpoint, region, bucket, key_id, secret = values.values()
    try:
        return Bucket(endpoint, region, bucket, key_id, secret, path_style=path_style)
    except ValueError as error:
        raise ConfigError(f"FILES_S3_{error}.") from None


def _require_long(name: str, keys: list[str]) -> None:
    if any(len(key) < MIN_SECRET_LENGTH for key in keys):
        raise ConfigError(f"each key in {name} must have at least {MIN_SECRET_LENGTH} characters.")


class Config:
    """Settings common to all environments. Flask reads the upper-case attributes."""

    ENV_NAME = ""
    DEBUG = False
    TESTING = False
    REQUIRES_SECRETS = False

    API_TITLE = "LearnStream API"
    OPENAPI_VERSION = "3.1.0"
    OPENAPI_URL_PREFIX = "/"
    OPENAPI_JSON_PATH = "openapi.json"

    # A lesson's body is the largest legitimate payload; 1 MiB leaves room for it and bounds a worker's memory.
    MAX_CONTENT_LENGTH = 1024 * 1024
    MAX_FORM_MEMORY_SIZE = 64 * 1024
    MAX_FORM_PARTS = 50

    JWT_ALGORITHM = "HS256"
    JWT_DECODE_ALGORITHMS = ["HS256"]
    JWT_ENCODE_ISSUER = JWT_DECODE_ISSUER = "learnstream"
    JWT_ENCODE_AUDIENCE = JWT_DECODE_AUDIENCE = "learnstream-api"
    JWT_TOKEN_LOCATION = ["headers"]
    JWT_DECODE_LEEWAY = 2  # seconds: accept tokens from a dyno whose clock is ahead
    JWT_ACCESS_TOKEN_EXPIRES = timedelta(minutes=15)
    JWT_REFRESH_TOKEN_EXPIRES = timedelta(days=30)
    SESSION_LIFETIME = timedelta(days=90)

    ARGON2 = {"memory_cost": 19456, "time_cost": 2, "parallelism": 1}

    RATELIMIT_STRATEGY = "fixed-window"
    RATELIMIT_KEY_PREFIX = "limit"

    SQLALCHEMY_RECORD_QUERIES = False

    def __init__(self, env: Environment) -> None:
        self._secrets(env)
        self._second_factor(env)
        self._stores(env)
        self._mux(env)
        self._web(env)
        self._payments(env)
        self._mail(env)
        self._files(env)
        self._accounts(env)

    def _secrets(self, env: Environment) -> None:
        self.SECRET_KEY = self._secret(env, "SECRET_KEY")
        self.JWT_SECRET_KEYS = env.listing("JWT_SECRET_KEYS") or [self._derived_key("jwt")]
        _require_long("JWT_SECRET_KEYS", self.JWT_SECRET_KEYS)
        if self.REQUIRES_SECRETS and not env.text("JWT_SECRET_KEYS"):
            raise ConfigError("JWT_SECRET_KEYS is required.")
        self.ADMIN_EMAIL = env.text("ADMIN_EMAIL")
        self.ADMIN_PASSWORD = env.text("ADMIN_PASSWORD")
        if bool(self.ADMIN_EMAIL) != bool(self.ADMIN_PASSWORD):
            raise ConfigError("ADMIN_EMAIL and ADMIN_PASSWORD go together: set both or neither.")
        if self.ADMIN_EMAIL:
            self.ADMIN_EMAIL = admin_address(self.ADMIN_EMAIL, self.ADMIN_PASSWORD)

    def _secret(self, env: Environment, name: str) -> str:
        value = env.required(name) if self.REQUIRES_SECRETS else env.text(name, f"only-for-{self.ENV_NAME}-" + "x" * 32)
        if len(value) < MIN_SECRET_LENGTH:
            raise ConfigError(f"{name} must have at least {MIN_SECRET_LENGTH} characters.")
        return value

    def _derived_key(self, purpose: str) -> str:
        return hashlib.sha256(f"{purpose}:{self.SECRET_KEY}".encode()).hexdigest()

    def _second_factor(self, env: Environment) -> None:
        self.SECOND_FACTOR_KEYS = env.listing("SECOND_FACTOR_KEYS")
        _require_long("SECOND_FACTOR_KEYS", self.SECOND_FACTOR_KEYS)
        # Never derived in production: a new SECRET_KEY would make all stored second factors unreadable.
        if not self.SECOND_FACTOR_KEYS and not self.REQUIRES_SECRETS:
            self.SECOND_FACTOR_KEYS = [self._derived_key("second-factor")]
        self.MFA_REQUIRED_FOR = frozenset(env.listing("MFA_REQUIRED_FOR", ROLE, "admin or instructor"))
        if self.MFA_REQUIRED_FOR and not self.SECOND_FACTOR_KEYS:
            raise ConfigError("MFA_REQUIRED_FOR needs SECOND_FACTOR_KEYS, to encrypt second factors with.")

    def _stores(self, env: Environment) -> None:
        self.SQLALCHEMY_DATABASE_URI = sqlalchemy_url(env.required("DATABASE_URL"))
        # A web process needs one connection per thread. The worker, whose threads hold none while they wait for vendors or
        # MongoDB, has fewer, and time to wait for one: the Procfile sets both.
        self.WEB_THREADS = env.number("WEB_THREADS", 5, low=1, high=64)
        self.DB_POOL_SIZE = env.number("DB_POOL_SIZE", self.WEB_THREADS, low=1, high=100)
        self.SQLALCHEMY_ENGINE_OPTIONS = {
            "pool_size": self.DB_POOL_SIZE,
            "max_overflow": 0,
            "pool_timeout": env.number("DB_POOL_TIMEOUT", 1, low=1, high=60),
            "pool_pre_ping": True,
            # Error messages are logged, and statement parameters may be personal data.
            "hide_parameters": True,
            "connect_args": {"connect_timeout": 1, "application_name": "learnstream", "client_encoding": "utf8"},
        }
        self.MONGODB_URI = env.url("MONGODB_URI", "", schemes=("mongodb", "mongodb+srv"))
        self.MONGODB_POOL_SIZE = env.number("MONGODB_POOL_SIZE", max(20, self.WEB_THREADS), low=1, high=500)
        self.REDIS_URL = env.url("REDIS_URL", "", schemes=("redis", "rediss"))
        self.REDIS_POOL_SIZE = env.number("REDIS_POOL_SIZE", max(20, self.WEB_THREADS), low=1, high=500)

    def _mux(self, env: Environment) -> None:
        self.MUX_TOKEN_ID = env.text("MUX_TOKEN_ID")
        self.MUX_TOKEN_SECRET = env.text("MUX_TOKEN_SECRET")
        self.MUX_WEBHOOK_SECRETS = env.listing("MUX_WEBHOOK_SECRETS")
        self.MUX_SIGNING_KEY_ID = env.text("MUX_SIGNING_KEY_ID")
        self.MUX_SIGNING_PRIVATE_KEY = signing_key_pem(env.text("MUX_SIGNING_PRIVATE_KEY"))
        self.MUX_API_URL = env.url("MUX_API_URL", "https://api.mux.com", schemes=("http", "https"))
        self.MUX_STREAM_URL = env.url("MUX_STREAM_URL", "https://stream.mux.com", schemes=("http", "https"))
        self.MUX_IMAGE_URL = env.url("MUX_IMAGE_URL", "https://image.mux.com", schemes=("http", "https"))
        # Hosts that videos may be fetched from although their names are not public: the local stack's samples.
        self.VIDEO_URL_HOSTS = frozenset(env.listing("VIDEO_URL_HOSTS") or self.DEFAULT_VIDEO_URL_HOSTS)
        # Maximum seconds of video watched per second; a course may allow less.
        self.MAX_PLAYBACK_RATE = env.decimal("MAX_PLAYBACK_RATE", 3, low=1, high=16)
        if bool(self.MUX_TOKEN_ID) != bool(self.MUX_TOKEN_SECRET):
            raise ConfigError("MUX_TOKEN_ID and MUX_TOKEN_SECRET go together: set both or neither.")
        if bool(self.MUX_SIGNING_KEY_ID) != bool(self.MUX_SIGNING_PRIVATE_KEY):
            raise ConfigError("MUX_SIGNING_KEY_ID and MUX_SIGNING_PRIVATE_KEY go together: set both or neither.")

    def _payments(self, env: Environment) -> None:
        self.STRIPE_SECRET_KEY = env.text("STRIPE_SECRET_KEY")
        if self.STRIPE_SECRET_KEY and not STRIPE_KEY.fullmatch(self.STRIPE_SECRET_KEY):
            raise ConfigError(
                "STRIPE_SECRET_KEY must be a secret or restricted key: sk_live_…, sk_test_…, rk_live_… or rk_test_…."
            )
        self.STRIPE_WEBHOOK_SECRETS = env.listing("STRIPE_WEBHOOK_SECRETS")
        # Not shown: it may be another secret.
        if not all(map(STRIPE_SECRET.fullmatch, self.STRIPE_WEBHOOK_SECRETS)):
            raise ConfigError("STRIPE_WEBHOOK_SECRETS must be a list of entries like whsec_….")
        if self.STRIPE_WEBHOOK_SECRETS and not self.STRIPE_SECRET_KEY:
            raise ConfigError("STRIPE_SECRET_KEY is required with STRIPE_WEBHOOK_SECRETS: it says the mode of events.")
        self.STRIPE_API_URL = env.url("STRIPE_API_URL", "https://api.stripe.com", schemes=("http", "https"))
        if self.REQUIRES_SECRETS and self.STRIPE_SECRET_KEY:
            self._require_safe_payments()
        self.STRIPE_AUTOMATIC_TAX = env.boolean("STRIPE_AUTOMATIC_TAX", default=False)
        # Whether instructors may set the prices of their courses.
        self.INSTRUCTORS_PRICE = env.boolean("INSTRUCTORS_PRICE", default=False)
        # For how long what an invoice must name is kept, whatever else is erased.
        self.PAYMENT_RECORDS_YEARS = env.number("PAYMENT_RECORDS_YEARS", 10, low=1, high=100)

    def _require_safe_payments(self) -> None:
        # On this machine, the secret key does not travel.
        if not self.STRIPE_API_URL.startswith("https://") and urlsplit(self.STRIPE_API_URL).hostname not in LOOPBACK:
            raise ConfigError("STRIPE_API_URL must start with https://: the secret key must not travel in the open.")
        # Never taken from a request: whoever sends one chooses its Host header, and would choose where buyers return.
        if not self.PUBLIC_URL:
            raise ConfigError("PUBLIC_URL is required with STRIPE_SECRET_KEY: buyers return there.")

    def _mail(self, env: Environment) -> None:
        self.APP_NAME = env.text("APP_NAME", "LearnStream")
        if len(self.APP_NAME) > MAX_APP_NAME or not self.APP_NAME.isprintable():
            raise ConfigError(f"APP_NAME must be one line of at most {MAX_APP_NAME} characters.")
        self.MAIL_URL = checked("MAIL_URL", env.text("MAIL_URL"), SmtpServer.parse)
        self.MAIL_FROM = checked("MAIL_FROM", env.text("MAIL_FROM"), Mailbox.parse)
        self.MAIL_REPLY_TO = checked("MAIL_REPLY_TO", env.text("MAIL_REPLY_TO"), Mailbox.parse)
        if bool(self.MAIL_URL) != bool(self.MAIL_FROM):
            raise ConfigError("MAIL_URL and MAIL_FROM go together: set both or neither.")
        # Never taken from a request: whoever sends one chooses its Host header, and would choose where links lead.
        if self.MAIL_URL and not self.PUBLIC_URL:
            raise ConfigError("PUBLIC_URL is required with MAIL_URL: links in mails lead there.")
        self.APP_URL = env.text("APP_URL") and env.url("APP_URL", "", schemes=("http", "https"))
        # Empty: pages of our own, whose paths `services.accounts.links` knows.
        self.LINK_VERIFY_EMAIL = self._link("LINK_VERIFY_EMAIL", env.text("LINK_VERIFY_EMAIL"))
        self.LINK_RESET_PASSWORD = self._link("LINK_RESET_PASSWORD", env.text("LINK_RESET_PASSWORD"))
        self.LINK_INVITATION = self._link("LINK_INVITATION", env.text("LINK_INVITATION"))
        # Where buyers return to from the payment service's page.
        self.LINK_ORDER = self._link("LINK_ORDER", env.text("LINK_ORDER"), ORDER)

    def _link(self, name: str, template: str, placeholder: str = TOKEN) -> str:
        """Return the template of a link to the front end, if there is one; a path is below `APP_URL`."""
        if not template:
            return ""
        link = template if "://" in template else f"{self.APP_URL}/{template.lstrip('/')}"
        if not re.fullmatch(LINK.format(placeholder=re.escape(placeholder)), link):
            raise ConfigError(f"{name} must be a URL, or a path below APP_URL, with {placeholder} in it once.")
        return link

    def _files(self, env: Environment) -> None:
        # Bytes that the files of each user may take.
        self.FILES_QUOTA = env.size("FILES_QUOTA", "1GB")
        # Without a bucket, files are in MongoDB.
        self.FILES_S3 = _bucket(env)
        if self.REQUIRES_SECRETS and self.FILES_S3 and not self.FILES_S3.is_private:
            raise ConfigError(
                "FILES_S3_ENDPOINT must start with https://: files and signed URLs must not travel in the open."
            )

    def _accounts(self, env: Environment) -> None:
        # What requires a verified address: nothing, enrolling oneself, or signing in as well.
        self.REQUIRE_VERIFIED_EMAIL = env.text("REQUIRE_VERIFIED_EMAIL", "never")
        if self.REQUIRE_VERIFIED_EMAIL not in {"never", "enroll", "login"}:
            raise ConfigError("REQUIRE_VERIFIED_EMAIL must be never, enroll or login.")
        if self.REQUIRE_VERIFIED_EMAIL == "login" and not self.MAIL_URL:
            raise ConfigError("MAIL_URL is required with REQUIRE_VERIFIED_EMAIL=login: addresses are verified by mail.")

    def _web(self, env: Environment) -> None:
        self.CORS_ORIGINS = env.listing("CORS_ORIGINS", ORIGIN, "https://app.example.com (or *)")
        self.TRUSTED_HOSTS = env.listing("TRUSTED_HOSTS", HOST, "api.example.com (or .example.com)") or None
        # Named in the OpenAPI document: where clients reach the API (by default where they asked), and whom to write to.
        self.PUBLIC_URL = env.text("PUBLIC_URL") and env.url("PUBLIC_URL", "", schemes=("http", "https"))
        self.CONTACT_EMAIL = env.text("CONTACT_EMAIL")
        self.PROXY_COUNT = env.number("PROXY_COUNT", self.DEFAULT_PROXY_COUNT, low=0, high=5)
        self.LOG_LEVEL = env.text("LOG_LEVEL", "INFO").upper()
        if self.LOG_LEVEL not in {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"}:
            raise ConfigError("LOG_LEVEL must be DEBUG, INFO, WARNING, ERROR or CRITICAL.")
        self.RATELIMIT_ENABLED = env.boolean("RATELIMIT_ENABLED", default=True)

    DEFAULT_PROXY_COUNT = 0
    DEFAULT_VIDEO_URL_HOSTS: tuple[str, ...] = ()


class Production(Config):
    ENV_NAME = "production"
    REQUIRES_SECRETS = True
    # Heroku's router is the only proxy; only its X-Forwarded-For entry, the last one, is trusted.
    DEFAULT_PROXY_COUNT = 1


class Development(Config):
    ENV_NAME = "development"
    DEFAULT_VIDEO_URL_HOSTS = ("samples.test",)


class Testing(Config):
    ENV_NAME = "testing"
    TESTING = True
    DEFAULT_VIDEO_URL_HOSTS = ("samples.test",)
    # The cheapest parameters that argon2id accepts, to keep the tests fast.
    ARGON2 = {"memory_cost": 8, "time_cost": 1, "parallelism": 1}


CLASSES = {cls.ENV_NAME: cls for cls in (Production, Development, Testing)}


def load(values: Mapping[str, str] | None = None) -> Config:
    """Read the configuration for `LEARNSTREAM_ENV` (default: production).

    Raises:
        ConfigError: a setting is missing or invalid.
    """
    env = Environment(os.environ if values is None else values)
    name = env.text("LEARNSTREAM_ENV", "production")
    if name not in CLASSES:
        raise ConfigError(f"LEARNSTREAM_ENV must be {', '.join(CLASSES)}, not {name!r}.")
    return CLASSES[name](env)
