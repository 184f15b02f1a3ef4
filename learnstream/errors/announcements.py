"""Errors of announcements."""

from learnstream.errors import Conflict, NotFound, Unavailable


class NoSuchAnnouncement(NotFound):
    detail = "The announcement does not exist."


class AlreadyPublished(Conflict):
    code, detail = "already_published", "The announcement is published already: its time cannot be changed any more."


class AnnouncementWithdrawn(Conflict):
    code, detail = "announcement_withdrawn", "The announcement was withdrawn. Write another one."


class AnnouncementBusy(Unavailable):
    code = "announcement_busy"
    detail = "Too many concurrent changes of this announcement; sending the request again is safe."
