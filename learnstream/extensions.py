"""The Flask extensions, created here and bound to the application in `create_app`."""

import ssl
from pathlib import Path
from typing import Any

import click
from celery import Celery, Task
from flask import Flask
from flask_jwt_extended import JWTManager
from flask_limiter import Limiter
from werkzeug.local import LocalProxy

from learnstream.stores import mongo, postgres
from learnstream.stores.counters import COUNTERS_SCHEME
from learnstream.stores.exclusive import exclusively
from learnstream.stores.redis import REDIS_TIMEOUT, redis
from learnstream.stores.sql import db
from learnstream.web import client_address, openapi

jwt = JWTManager()
api = openapi.Api()
# Celery's one built-in fix-up is for Django, and imports its worker.
celery = Celery("learnstream", fixups=[])
# For routes with a limit of their own; `blueprints.common.rate_limit` counts the others with the caller's facts.
limiter = Limiter(client_address.client_network)


def init_app(app: Flask) -> None:
    """Bind every extension to the application."""
    db.init_app(app)
    with app.app_context():
        postgres.guard(db.engine)
    _init_migrate(app)
    mongo.init_app(app)
    redis.init_app(app)
    jwt.init_app(app)
    _init_celery(app)
    api.init_app(app)
    _init_limiter(app)


def _init_migrate(app: Flask) -> None:
    """Register Flask-Migrate. Alembic and what it imports take 9 MB, so only those who use it load them."""

    def load() -> Any:
        from flask_migrate import Migrate  # noqa: PLC0415 - see above

        Migrate(app, db, directory=Path(app.root_path).parent / "migrations")
        return app.extensions["migrate"]

    app.extensions["migrate"] = LocalProxy(load)
    if click.get_current_context(silent=True):
        # A command line: `load` also adds the commands of `flask db`.
        load()


def _init_limiter(app: Flask) -> None:
    app.config.setdefault("RATELIMIT_STORAGE_URI", f"{COUNTERS_SCHEME}://")
    # Registered beforehand, the limiter adds no hooks to all requests: only routes with limits of their own check them.
    app.extensions["limiter"] = {limiter}
    limiter.init_app(app)


def _init_celery(app: Flask) -> None:
    class ContextTask(Task[..., Any]):
        """A task that runs inside the application context, so that it can call services.

        A worker runs a task in at most one thread per arguments: one that hangs occupies no second thread.
        """

        def __call__(self, *args: Any, **kwargs: Any) -> Any:
            if self.request.called_directly:
                return self._run(*args, **kwargs)
            return exclusively(f"{self.name}{args}", lambda: self._run(*args, **kwargs))

        def _run(self, *args: Any, **kwargs: Any) -> Any:
            with app.app_context():
                return self.run(*args, **kwargs)

    url = app.config["REDIS_URL"]
    celery.Task = ContextTask  # type: ignore[misc]
    celery.conf.update(
        broker_url=url,
        broker_use_ssl={"ssl_cert_reqs": ssl.CERT_NONE} if url.startswith("rediss://") else None,
        # Publishing to a frozen Redis must fail fast; the schedule finds the work of tasks that were not queued.
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
        # Workers need not talk to each other. Gossip (which the Procfile turns off) and remote control close channels of
        # their own when Redis is lost, and a worker that was closing one without a connection ended (kombu issue 582).
        worker_enable_remote_control=False,
        worker_prefetch_multiplier=1,
        worker_soft_shutdown_timeout=20,
        worker_hijack_root_logger=False,
    )
    celery.set_default()
