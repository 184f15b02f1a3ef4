"""Errors of calls to the video service."""

from learnstream.errors import AppError, Unavailable


class VideoServiceError(AppError):
    """The video service failed or rejected the request.

    permanent: the same request will fail again. uncertain: the request may have taken effect nevertheless.
    reason: the service's message, for the log.
    """

    status, code = 502, "video_service_failed"
    detail = "The video service failed or rejected the request; try again later."
    permanent = False

    def __init__(self, reason: str = "", *, uncertain: bool = False) -> None:
        super().__init__()
        self.reason = reason
        self.uncertain = uncertain

    def __str__(self) -> str:
        return f"{type(self).__name__}: {self.reason}"


class Refused(VideoServiceError):
    """The service rejected the request."""

    permanent = True
    code, detail = "video_service_refused", "The video service rejected this request."


class Unknown(VideoServiceError):
    """The service has no object with this id."""

    permanent = True
    code, detail = "video_service_refused", "The video service does not know this video."


class Busy(VideoServiceError):
    """The asset is still being prepared; the same request will succeed later."""


class Unconfigured(Unavailable):
    """No credentials for a video service are configured."""

    code, detail = "video_unconfigured", "Video is not configured on this server."
    retry_after = 300
