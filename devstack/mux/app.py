"""The Flask application: three hosts under three prefixes, and the emulator's own controls."""

import hmac

from flask import Flask, request

from devstack.mux import assets, behavior, errors, image, ingest, keys, remote, stream, uploads
from devstack.mux.context import Context, current_context
from devstack.mux.errors import MuxError

BLUEPRINTS = (uploads.blp, assets.blp, keys.blp, ingest.blp, stream.blp, image.blp, remote.blp)
# The upload URL and the media are authorized by their own keys.
AUTHENTICATED_PREFIXES = ("/video/", "/system/", "/_emulator/")


def create_app(context: Context) -> Flask:
    app = Flask(__name__)
    app.extensions["mux"] = context
    errors.register(app)
    behavior.register(app, context.behavior)
    app.before_request(require_token)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app


def require_token() -> None:
    """Require HTTP Basic authentication with the access token's id and secret."""
    if not request.path.startswith(AUTHENTICATED_PREFIXES):
        return
    authorization = request.authorization
    name, secret = (
        (authorization.username or "", authorization.password or "")
        if authorization and authorization.type == "basic"
        else ("", "")
    )
    expected = f"{current_context().token_id}:{current_context().token_secret}"
    if not hmac.compare_digest(f"{name}:{secret}".encode(), expected.encode()):
        raise MuxError(401, "Unauthorized request")
