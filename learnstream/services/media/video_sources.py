"""Validation of the URLs that the video service is asked to fetch: public ones and configured hosts only."""

from flask import current_app

from learnstream.errors.media import SourceRefused
from learnstream.web import public_urls
from learnstream.web.public_urls import NotPublic


def check(url: str) -> str:
    """Return the URL if the video service may fetch it.

    Raises:
        SourceRefused: it is not https, is ambiguous, or resolves (or may resolve) to an address that is not public.
    """
    try:
        return public_urls.check_resolved(url, trusted=current_app.config["VIDEO_URL_HOSTS"])
    except NotPublic as error:
        raise SourceRefused(str(error)) from None
