"""The Flask application: three hosts under three prefixes, and the emulator's own controls."""

import hmac

from flask import Flask, request

from devstack.mux import assets, behaviour, errors, image, ingest, keys, remote, stream, uploads
from devstack.mux.errors import MuxError
from devstack.mux.world import World, world

BLUEPRINTS = (uploads.blp, assets.blp, keys.blp, ingest.blp, stream.blp, image.blp, remote.blp)
# The upload URL and the media are authorized by their own keys.
CLOSED = ("/video/", "/system/", "/_emulator/")


def create_app(here: World) -> Flask:
    app = Flask(__name__)
    app.extensions["mux"] = here
    errors.register(app)
    behaviour.register(app, here.behaviour)
    app.before_request(require_token)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app


def require_token() -> None:
    """Require HTTP Basic authentication with the access token's id and secret."""
    if not request.path.startswith(CLOSED):
        return
    given = request.authorization
    name, secret = (given.username or "", given.password or "") if given and given.type == "basic" else ("", "")
    right = f"{world().token_id}:{world().token_secret}"
    if not hmac.compare_digest(f"{name}:{secret}".encode(), right.encode()):
        raise MuxError(401, "Unauthorized request")
