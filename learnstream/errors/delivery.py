"""Errors of what readers are shown, and of playback."""

from learnstream.errors import Conflict, Denied, NotFound, Retry, Unavailable, Unprocessable


class SigningUnconfigured(Unavailable):
    """Nobody has given us a signing key."""

    code, detail = "video_unconfigured", "Video is not set up on this server."
    retry_after = 300


class NotReleasedYet(Denied):
    code, detail = "not_released_yet", "This lesson is not open yet."


class PrerequisiteMissing(Denied):
    code, detail = "prerequisite_missing", "Something else has to be completed before this lesson."


class NotAVideo(NotFound):
    code, detail = "not_a_video", "This lesson is no video."


class VideoNotReady(Conflict):
    code, detail = "video_not_ready", "The lesson's video cannot be played yet."
    retry = Retry.LATER


class VideoErrored(Conflict):
    code, detail = "video_errored", "The lesson's video could not be processed: its instructor has to upload it again."


class VideoDeleted(Conflict):
    code, detail = "video_deleted", "The lesson's video has been taken down."


class WrongViewing(Unprocessable):
    """A `session_id` that tells of no viewing that could be reported here."""

    def __init__(self, reason: str = "Take it from GET /lessons/{id}/playback as it is.") -> None:
        super().__init__(errors={"json": {"session_id": [reason]}})


class ForeignViewing(WrongViewing):
    code, detail = "foreign_viewing", "Somebody else has watched this: the report is theirs to send."
    # On a shared device it waits until they sign in again.
    retry = Retry.AFTER_ACCESS


class ViewingEnded(WrongViewing):
    code, detail = "viewing_ended", "What was watched in a viewing that began 30 days ago is no longer credited."
