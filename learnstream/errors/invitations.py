"""Errors of invitations."""

from learnstream.errors import AppError, Conflict, NotFound, Unauthenticated


class NoSuchInvitation(NotFound):
    detail = "The invitation does not exist."


class InvitationAccepted(Conflict):
    code, detail = "invitation_accepted", "This invitation has been accepted already."


class InvitationRevoked(AppError):
    status, code, detail = 410, "invitation_revoked", "This invitation has been revoked."


class InvitationVoid(Conflict):
    code = "invitation_void"
    detail = "The sender of this invitation may not invite to it any more; ask for another one."


class SignInToAccept(Unauthenticated):
    code, detail = "sign_in_to_accept", "The invited address has an account: sign in with it to accept the invitation."


class NotInvited(Conflict):
    code = "other_account_invited"
    detail = "The invited address has another account: sign in with that one to accept the invitation."
