"""Which URLs the video service may be asked to fetch: public ones, and the hosts that the configuration names."""

from flask import current_app

from learnstream.errors.media import SourceRefused
from learnstream.web import public_urls
from learnstream.web.public_urls import NotPublic


def check(url: str) -> str:
    """Return the URL if the video service may be asked to fetch it.

    Raises:
        SourceRefused: it is not https, not plain, or leads (or may lead) to an address that is not public.
    """
    try:
        return public_urls.check_resolved(url, trusted=current_app.config["VIDEO_URL_HOSTS"])
    except NotPublic as error:
        raise SourceRefused(str(error)) from None
