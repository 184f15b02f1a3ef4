"""Errors of availability and playback."""

from learnstream.errors import Conflict, Denied, NotFound, Retry, Unavailable, Unprocessable


class SigningUnconfigured(Unavailable):
    """No signing key is configured."""

    code, detail = "video_unconfigured", "Video is not configured on this server."
    retry_after = 300


class NotReleasedYet(Denied):
    code, detail = "not_released_yet", "This lesson has not been released yet."


class PrerequisiteMissing(Denied):
    code, detail = "prerequisite_missing", "Complete the prerequisites of this lesson first."


class NotAVideo(NotFound):
    code, detail = "not_a_video", "This lesson is not a video lesson."


class NotADocument(NotFound):
    code, detail = "not_a_document", "This lesson is not a document lesson."


class DocumentNotReady(Conflict):
    code, detail = "document_not_ready", "The lesson's document cannot be read yet."
    retry = Retry.LATER


class VideoNotReady(Conflict):
    code, detail = "video_not_ready", "The lesson's video cannot be played yet."
    retry = Retry.LATER


class VideoErrored(Conflict):
    code, detail = "video_errored", "The lesson's video could not be processed; an instructor has to upload it again."


class VideoDeleted(Conflict):
    code, detail = "video_deleted", "The lesson's video has been deleted."


class WrongViewing(Unprocessable):
    """The `viewing_id` does not identify a viewing that can be reported here."""

    def __init__(self, reason: str = "Send the value from GET /lessons/{id}/playback unchanged.") -> None:
        super().__init__(errors={"json": {"viewing_id": [reason]}})


class ForeignViewing(WrongViewing):
    code, detail = "foreign_viewing", "This viewing belongs to another user, who has to send the report."
    # On a shared device, the report waits until that user signs in again.
    retry = Retry.AFTER_ACCESS


class ViewingEnded(WrongViewing):
    code, detail = "viewing_ended", "The viewing began more than 30 days ago, so its progress is no longer credited."
