"""Time-based one-time passwords (RFC 6238): six digits, SHA-1, steps of 30 seconds, as authenticator apps expect them.

The libraries are imported when they are first used: most web workers' requests need neither.
"""

from hmac import compare_digest

from flask import current_app

from learnstream.clock import now

STEP_SECONDS = 30
# Steps before and after the present one whose codes are accepted (RFC 6238, 5.2), for clocks that differ a little.
TOLERANCE = 1


def new_secret() -> str:
    """Return a random secret of 160 bits in base 32, as RFC 4226 recommends."""
    import pyotp  # noqa: PLC0415 - see above

    return str(pyotp.random_base32())


def provisioning_uri(secret: str, *, email: str) -> str:
    """Return the `otpauth:` URI that authenticator apps scan."""
    import pyotp  # noqa: PLC0415 - see above

    return str(pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=current_app.config["APP_NAME"]))


def qr_svg(uri: str) -> str:
    """Return a URI's QR code as an SVG element."""
    import segno  # noqa: PLC0415 - see above

    # Explicit colors, because apps cannot read a code that is light on a dark page.
    return str(segno.make(uri, error="m").svg_inline(scale=4, border=4, dark="#000", light="#fff", omitsize=True))


def matching_step(secret: str, code: str, *, after: int | None) -> int | None:
    """Return the time step of a code that is accepted now; None if it is wrong, or not of a step `after` the given one.

    A server whose clock is fast accepts no code of the future, since the user's app shows none. So `after` never
    exceeds the steps of the user's clock for long, even if the server's clock is set back.
    """
    import pyotp  # noqa: PLC0415 - see above

    present, generator = int(now().timestamp()) // STEP_SECONDS, pyotp.TOTP(secret)
    first = max(present - TOLERANCE, 0 if after is None else after + 1)
    # As bytes, because texts may only be compared if they are ASCII.
    given = code.replace(" ", "").encode(errors="replace")
    for step in range(first, present + TOLERANCE + 1):
        if compare_digest(generator.generate_otp(step).encode(), given):
            return step
    return None
