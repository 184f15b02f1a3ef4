"""Mux's misbehavior: what it has besides that of any vendor."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from flask import Flask, Response

from devstack.emulation import behavior
from devstack.emulation.behavior import ApiFault, Behavior
from devstack.mux.errors import MuxError, error_response


@dataclass
class MuxBehavior(Behavior):
    """The faults of `Behavior`, and those of Mux.

    delete_while_preparing: Mux answers 400 to deleting an asset that is being prepared; True allows it.

    Responses have one more kind of fault, `enum`: the correct response, but with a `status` that the SDK does not know.
    """

    delete_while_preparing: bool = False

    prefixes: ClassVar[tuple[str, ...]] = ("/video/", "/system/")
    kinds: ClassVar[frozenset[str]] = Behavior.kinds | {"enum"}
    types: ClassVar[Mapping[str, Any]] = {**Behavior.types, "delete_while_preparing": bool}


def register(app: Flask, faults: MuxBehavior) -> None:
    behavior.register(app, faults, lambda status, text: error_response(MuxError(status, text)), {"enum": _unknown_enum})


def _unknown_enum(response: Response, _: ApiFault) -> Response:
    body = response.get_json(silent=True) or {}
    data = body.get("data", [])
    for record in data if isinstance(data, list) else [data]:
        record["status"] = "paused_by_a_newer_mux"
    if data:
        response.set_data(json.dumps(body))
    return response
