"""Which URLs the video service may be asked to fetch: public ones, and the hosts that the configuration names."""

from flask import current_app

from learnstream.errors import Unprocessable
from learnstream.web import public_urls
from learnstream.web.public_urls import NotPublic


class SourceRefused(Unprocessable):
    """The URL is not one that the video service may be asked to fetch."""

    code = "video_url_refused"
    detail = "The video's URL must be a public https:// address."

    def __init__(self, why: str = "Must be a public https:// URL.") -> None:
        super().__init__(errors={"json": {"video_url": [why]}})


def check(url: str) -> str:
    """Return the URL if the video service may be asked to fetch it.

    Raises:
        SourceRefused: it is not https, not plain, or leads (or may lead) to an address that is not public.
    """
    try:
        return public_urls.check_resolved(url, trusted=current_app.config["VIDEO_URL_HOSTS"])
    except NotPublic as error:
        raise SourceRefused(str(error)) from None
