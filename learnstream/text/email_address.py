"""E-mail addresses in their canonical form."""

from email_validator import EmailNotValidError, validate_email


def normalise(text: str) -> str:
    """Return the address as it is stored: the domain in lower case, Unicode composed.

    Nothing is asked of the network, and reserved test domains pass: whether mail arrives is found out by sending some.

    Raises:
        ValueError: it is no address; the text says what is wrong with it.
    """
    try:
        return validate_email(text, check_deliverability=False, test_environment=True, strict=True).normalized
    except EmailNotValidError as error:
        raise ValueError(str(error)) from None
