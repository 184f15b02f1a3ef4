"""What can go wrong when the video service is asked."""

from learnstream.errors import BadGateway, Unavailable


class VideoServiceError(BadGateway):
    """The service failed or refused.

    permanent: the same request will fail again. uncertain: it may have had its effect all the same.
    reason: what the service said, for the log.
    """

    permanent = False

    def __init__(self, reason: str = "", *, uncertain: bool = False) -> None:
        super().__init__()
        self.reason = reason
        self.uncertain = uncertain

    def __str__(self) -> str:
        return f"{type(self).__name__}: {self.reason}"


class Refused(VideoServiceError):
    """The service understood and said no."""

    permanent = True
    code, detail = "video_service_refused", "The video service refused this request."


class Unknown(VideoServiceError):
    """The service has nothing by that id."""

    permanent = True
    code, detail = "video_service_refused", "The video service does not know this video."


class Busy(VideoServiceError):
    """The asset is still being prepared; the same request will be taken later."""


class Unconfigured(Unavailable):
    """Nobody has given us access to a video service."""

    code, detail = "video_unconfigured", "Video is not set up on this server."
    retry_after = 300
