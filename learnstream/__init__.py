"""LearnStream: the back end of an online-course platform."""

from typing import TYPE_CHECKING

from flask import Flask

from learnstream import blueprints, commands, errors, extensions, integrations, jobs, logs, tokens
from learnstream.stores import bulkhead
from learnstream.web import middleware, store_errors

if TYPE_CHECKING:
    from config import Config

__all__ = ["__version__", "create_app", "jobs", "tokens"]

# Semantic versioning (semver.org). The single source of the version, for pyproject.toml, the OpenAPI document and `/`.
__version__ = "0.1.0"


def create_app(configuration: "Config | None" = None) -> Flask:
    """Build the application from a configuration, by default from the environment's.

    Raises:
        ConfigError: a setting is missing or invalid.
    """
    from config import load  # noqa: PLC0415 - the package must be importable without an environment

    app = middleware.Application(__name__)
    app.config.from_object(configuration or load())
    app.config["API_VERSION"] = __version__
    app.json.sort_keys = False  # type: ignore[attr-defined]
    logs.init_app(app)
    middleware.init_app(app)
    extensions.init_app(app)
    integrations.init_app(app)
    errors.init_app(app)
    store_errors.init_app(app)
    bulkhead.init_app(app)
    blueprints.init_app(app)
    commands.init_app(app)
    return app
