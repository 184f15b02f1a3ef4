"""One vendor, one file, behind a Protocol in our own words."""

from flask import Flask

from learnstream.integrations import video
from learnstream.integrations.mux import adapter


def init_app(app: Flask) -> None:
    """Choose each port's vendor by the configuration. Nothing connects before it is used."""
    token_id = app.config["MUX_TOKEN_ID"]
    app.extensions[video.EXTENSION] = (
        adapter.MuxVideo(app.config["MUX_API_URL"], token_id, app.config["MUX_TOKEN_SECRET"]) if token_id else None
    )
