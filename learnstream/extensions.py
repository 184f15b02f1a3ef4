"""The extensions, made here unbound and bound to the application in `create_app`."""

import ssl
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import redis as redis_py
from celery import Celery, Task
from flask import Flask, Response
from flask_jwt_extended import JWTManager
from flask_limiter import Limiter
from flask_limiter.errors import RateLimitExceeded
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from redis.backoff import NoBackoff
from redis.exceptions import MaxConnectionsError
from redis.retry import Retry
from sqlalchemy import MetaData, event
from sqlalchemy.orm import DeclarativeBase, Session, SessionTransaction

from learnstream import errors
from learnstream.stores import mongo, postgres
from learnstream.web import network, openapi

COUNTERS_SCHEME = "learnstream"
REDIS_TIMEOUT = 0.25  # seconds; losing Redis may slow the system down but not stop it
REDIS_PAUSE = 0.002  # seconds between two looks for a free connection


class Base(DeclarativeBase):
    """Names every constraint, so that migrations can drop it by name."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


# An answer never needs SQL after its commit: see `expire_on_commit`.
db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})
if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model
migrate = Migrate()
jwt = JWTManager()
api = openapi.Api()
celery = Celery("learnstream")


# Of routes that have a limit of their own.
limiter = Limiter(network.client_network)


class PatientPool(redis_py.ConnectionPool):
    """Waits a moment for a connection where all are in use; the library's own that does costs each look-up a lock."""

    def get_connection(self, *_: Any, **__: Any) -> Any:
        end = time.monotonic() + REDIS_TIMEOUT
        while True:
            try:
                return super().get_connection()
            except MaxConnectionsError:
                if time.monotonic() > end:
                    raise
                time.sleep(REDIS_PAUSE)


class Redis:
    """The one Redis client, made when the application is; `client` is shared by all threads."""

    client: redis_py.Redis

    def init_app(self, app: Flask) -> None:
        pool = PatientPool.from_url(
            app.config["REDIS_URL"],
            socket_timeout=REDIS_TIMEOUT,
            socket_connect_timeout=REDIS_TIMEOUT,
            max_connections=app.config["REDIS_POOL_SIZE"],
            retry=Retry(NoBackoff(), 0),
            **redis_tls(app.config["REDIS_URL"]),
        )
        self.client = redis_py.Redis.from_pool(pool)


redis = Redis()


def after_commit(callback: Callable[[], object]) -> None:
    """Run `callback` once the present transaction has committed; forget it if it is rolled back."""
    db.session().info.setdefault("after_commit", []).append(callback)


@event.listens_for(db.session, "after_commit")
def _run_callbacks(session: Session) -> None:
    for callback in session.info.pop("after_commit", []):
        callback()


@event.listens_for(db.session, "after_soft_rollback")
def _forget_callbacks(session: Session, previous: SessionTransaction) -> None:
    # A savepoint that failed is not the end: only the outermost rollback is.
    if previous.parent is None:
        session.info.pop("after_commit", None)


def redis_tls(url: str) -> dict[str, Any]:
    """Return what a `rediss://` URL needs: dynos' Redis shows a self-signed certificate, so it cannot be verified."""
    return {"ssl_cert_reqs": "none"} if url.startswith("rediss://") else {}


def init_app(app: Flask) -> None:
    """Bind every extension to the application."""
    db.init_app(app)
    with app.app_context():
        postgres.guard(db.engine)
    migrate.init_app(app, db, directory=Path(app.root_path).parent / "migrations")
    mongo.init_app(app)
    redis.init_app(app)
    jwt.init_app(app)
    _init_celery(app)
    api.init_app(app)
    _init_limiter(app)


def _init_limiter(app: Flask) -> None:
    app.config.setdefault("RATELIMIT_STORAGE_URI", f"{COUNTERS_SCHEME}://")
    # Known already, it adds none of its hooks to all requests: a route that has a limit looks at it itself.
    app.extensions["limiter"] = {limiter}
    limiter.init_app(app)
    app.register_error_handler(RateLimitExceeded, _too_many_requests)


def _too_many_requests(_: RateLimitExceeded) -> Response:
    limit = limiter.current_limit
    seconds = int(limit.reset_at - time.time()) if limit else 1
    return errors.problem(errors.TooManyRequests(headers={"Retry-After": str(max(1, seconds))}))


def _init_celery(app: Flask) -> None:
    class ContextTask(Task):
        """Runs inside the application's context, so that a job may call services."""

        def __call__(self, *args: Any, **kwargs: Any) -> Any:
            with app.app_context():
                return self.run(*args, **kwargs)

    url = app.config["REDIS_URL"]
    celery.Task = ContextTask  # type: ignore[misc]
    celery.conf.update(
        broker_url=url,
        broker_use_ssl={"ssl_cert_reqs": ssl.CERT_NONE} if url.startswith("rediss://") else None,
        # Publishing to a frozen Redis must fail at once; what was not published is swept from the outbox.
        broker_transport_options={
            "socket_timeout": 2,
            "socket_connect_timeout": REDIS_TIMEOUT,
            "max_retries": 0,
            "interval_start": 0,
            "interval_step": 0,
            "interval_max": 0,
            "visibility_timeout": 600,
        },
        broker_connection_retry_on_startup=True,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_ignore_result=True,
        task_serializer="json",
        accept_content=["json"],
        timezone="UTC",
        worker_prefetch_multiplier=1,
        worker_soft_shutdown_timeout=20,
        worker_hijack_root_logger=False,
    )
    celery.set_default()
