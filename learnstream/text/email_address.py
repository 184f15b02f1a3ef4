"""E-mail addresses in their canonical form."""

from email_validator import EmailNotValidError, validate_email


def normalize(text: str) -> str:
    """Return the address as it is stored: the domain in lower case, Unicode composed.

    Deliverability is not checked, neither by DNS nor for reserved test domains: only sending a mail can show it.

    Raises:
        ValueError: it is not a valid address; the message tells why.
    """
    try:
        return validate_email(text, check_deliverability=False, test_environment=True, strict=True).normalized
    except EmailNotValidError as error:
        raise ValueError(str(error)) from None
