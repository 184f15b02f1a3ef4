"""The parameters of the current request."""

from typing import Any

from flask import request

from devstack.emulation.store import Record
from devstack.stripe import forms
from devstack.stripe.errors import StripeError


def body(description: dict[str, Any]) -> Record:
    """Return the form of a POST.

    Raises:
        StripeError: 400.
    """
    if request.get_data() and request.mimetype != "application/x-www-form-urlencoded":
        raise StripeError(
            400, "Invalid request (check that your POST content type is application/x-www-form-urlencoded)."
        )
    return _read(request.form.items(multi=True), description)


def query(description: dict[str, Any]) -> Record:
    """Return the query of a GET.

    Raises:
        StripeError: 400.
    """
    return _read(request.args.items(multi=True), description)


def _read(fields: Any, description: dict[str, Any]) -> Record:
    found: Record = forms.read(forms.parse(fields), description)
    return {name: value for name, value in found.items() if value is not None}
