"""Adapters for external vendors, each behind a vendor-neutral Protocol (its port)."""

from flask import Flask

from learnstream.integrations import video
from learnstream.integrations.mux import adapter


def init_app(app: Flask) -> None:
    """Select each port's adapter from the configuration. Connections are opened on first use."""
    token_id = app.config["MUX_TOKEN_ID"]
    app.extensions[video.EXTENSION] = (
        adapter.MuxVideo(app.config["MUX_API_URL"], token_id, app.config["MUX_TOKEN_SECRET"]) if token_id else None
    )
