"""The SMTP conversation: accepts every login and every recipient, unless a fault is pending."""

import asyncio

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from devstack.mail.faults import Faults
from devstack.mail.mails import Mails
from devstack.mail.message import parse

# Bytes; a client that announces more, or sends more, gets a 552.
MAX_MAIL = 5_000_000


class Handler:
    """aiosmtpd's hooks; each returns the reply."""

    def __init__(self, mails: Mails, faults: Faults) -> None:
        self.mails = mails
        self.faults = faults

    async def fail(self, stage: str, server: "Conversation") -> str | None:
        """Return the reply of a pending fault; None without one."""
        fault = self.faults.take(stage)
        return await fault.answer(server.abort) if fault else None

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name, as below
        self, server: "Conversation", session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if reply := await self.fail("sender", server):
            return reply
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: "Conversation", session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if reply := await self.fail("recipient", server):
            return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: "Conversation", session: Session, envelope: Envelope) -> str:  # noqa: N802
        fault = self.faults.take("data")
        if fault and fault.stored:
            self._keep(envelope)
        if fault and (reply := await fault.answer(server.abort)):
            return reply
        if not (fault and fault.stored):
            self._keep(envelope)
        return "250 OK"

    def _keep(self, envelope: Envelope) -> None:
        source = envelope.original_content or b""
        self.mails.add(parse(source, sender=envelope.mail_from or "", recipients=map(str, envelope.rcpt_tos)))


class Conversation(SMTP):
    """The conversation with one client; it is in `conversations` from its beginning to its end."""

    def __init__(self, handler: Handler, loop: asyncio.AbstractEventLoop, conversations: set["Conversation"]) -> None:
        self.conversations = conversations
        super().__init__(
            handler,
            data_size_limit=MAX_MAIL,
            enable_SMTPUTF8=True,
            hostname="localhost",
            ident="LearnStream mail catcher",
            auth_require_tls=False,
            authenticator=lambda *_: AuthResult(success=True),
            loop=loop,
        )

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.conversations.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self.conversations.discard(self)
        super().connection_lost(error)

    def abort(self) -> None:
        """Cut the connection."""
        if isinstance(self.transport, asyncio.WriteTransport):
            self.transport.abort()

    async def _handle_client(self) -> None:
        # There is no hook for the greeting.
        try:
            if reply := await self.event_handler.fail("connect", self):
                await self.push(reply)
            else:
                await super()._handle_client()
        finally:
            self._writer.close()
