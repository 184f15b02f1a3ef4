"""Misbehavior on demand: the faults that a test or a developer can switch on."""

import json
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Any, Literal

from flask import Flask, Response, g, request

from devstack.mux.errors import MuxError, error_response


@dataclass
class ApiFault:
    """One faulty response of the REST API, given `times` times to matching requests.

    kind: `status` returns `status`; `hang` sends nothing for `seconds`, then 504; `text` returns 200 with a body
    that is not JSON; `enum` returns the correct response, but with a `status` in the data that the SDK does not know.
    method, path: which requests; a path is a prefix, None means all of `/video` and `/system`.
    carried_out: the request takes effect, and only the response is wrong (always so with `enum`).
    retry_after: seconds, sent as `Retry-After` with a `status`.
    """

    kind: Literal["status", "hang", "text", "enum"]
    times: int = 1
    method: str | None = None
    path: str | None = None
    status: int = 500
    seconds: float = 30.0
    carried_out: bool = False
    retry_after: int | None = None

    def __post_init__(self) -> None:
        if self.kind not in {"status", "hang", "text", "enum"}:
            raise ValueError(f"there is no API fault of the kind {self.kind!r}")
        for name in ("times", "status", "seconds"):
            if not isinstance(getattr(self, name), int | float):
                raise ValueError(f"{name} cannot be {getattr(self, name)!r}")

    def matches(self, method: str, path: str) -> bool:
        return self.method in (None, method) and path.startswith(self.path or ("/video/", "/system/"))


@dataclass
class Behavior:
    """All configurable faults; the defaults are a well-behaved Mux.

    duplicate: further deliveries of every event, even after a 2xx.
    delay: seconds before an event's first delivery.
    reorder: events are collected in groups of this size, and each group is delivered in reverse order.
    drop: event types that are not delivered automatically; `*` is all of them.
    age: seconds by which a delivery's timestamp lies in the past (negative: in the future).
    secret: signs deliveries instead of the true secret.
    delete_while_preparing: Mux answers 400 to deleting an asset that is being prepared; True allows it.
    """

    duplicate: int = 0
    delay: float = 0.0
    reorder: int = 0
    drop: list[str] = field(default_factory=list)
    age: int = 0
    secret: str | None = None
    delete_while_preparing: bool = False
    api: list[ApiFault] = field(default_factory=list)
    stopping: Event = field(default_factory=Event, repr=False)
    lock: Lock = field(default_factory=Lock, repr=False)

    def change(self, *, api: ApiFault | dict[str, Any] | None = None, **changes: Any) -> None:
        """Set some of the fields; `api` adds a fault to the pending ones.

        Raises:
            ValueError: unknown field or invalid value.
        """
        if unknown := changes.keys() - FIELD_TYPES.keys():
            raise ValueError(f"there is no misbehavior called {', '.join(sorted(unknown))}")
        with self.lock:
            if api is not None:
                self.api.append(_fault(api))
            for name, value in changes.items():
                if not isinstance(value, FIELD_TYPES[name]):
                    raise ValueError(f"{name} cannot be {value!r}")
                setattr(self, name, value)

    def reset(self) -> None:
        with self.lock:
            defaults = Behavior()
            for name in [*FIELD_TYPES, "api"]:
                setattr(self, name, getattr(defaults, name))

    def drops(self, event_type: str) -> bool:
        return "*" in self.drop or event_type in self.drop

    def take_fault(self, method: str, path: str) -> ApiFault | None:
        with self.lock:
            fault = next((fault for fault in self.api if fault.matches(method, path)), None)
            if fault is not None:
                fault.times -= 1
                self.api = [fault for fault in self.api if fault.times > 0]
            return fault


FIELD_TYPES: dict[str, Any] = {
    "duplicate": int,
    "delay": int | float,
    "reorder": int,
    "drop": list,
    "age": int,
    "secret": str | None,
    "delete_while_preparing": bool,
}


def _fault(api: ApiFault | dict[str, Any]) -> ApiFault:
    try:
        return api if isinstance(api, ApiFault) else ApiFault(**api)
    except TypeError as error:
        raise ValueError(str(error)) from None


def register(app: Flask, behavior: Behavior) -> None:
    @app.before_request
    def fault_before_request() -> Response | None:
        g.fault = behavior.take_fault(request.method, request.path)
        if g.fault is None or g.fault.carried_out or g.fault.kind == "enum":
            return None
        fault, g.fault = g.fault, None
        return _faulty_response(fault, behavior)

    @app.after_request
    def fault_after_request(response: Response) -> Response:
        fault: ApiFault | None = g.get("fault")
        if fault is None:
            return response
        return _with_unknown_enum(response) if fault.kind == "enum" else _faulty_response(fault, behavior)


def _faulty_response(fault: ApiFault, behavior: Behavior) -> Response:
    if fault.kind == "text":
        return Response("<html><body>Something is being served, but not this API.</body></html>", mimetype="text/html")
    if fault.kind == "hang":
        behavior.stopping.wait(fault.seconds)
        return error_response(MuxError(504, "Gateway timeout"))
    response = error_response(MuxError(fault.status, f"This is the {fault.status} that was asked for."))
    if fault.retry_after is not None:
        response.headers["Retry-After"] = str(fault.retry_after)
    return response


def _with_unknown_enum(response: Response) -> Response:
    body = response.get_json(silent=True) or {}
    data = body.get("data", [])
    for record in data if isinstance(data, list) else [data]:
        record["status"] = "paused_by_a_newer_mux"
    if data:
        response.set_data(json.dumps(body))
    return response
