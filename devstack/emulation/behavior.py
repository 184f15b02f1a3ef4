"""Misbehavior on demand: the faults that a test or a developer can switch on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Any, ClassVar

from flask import Flask, Response, g, request


@dataclass
class ApiFault:
    """One faulty response of the REST API, given `times` times to matching requests.

    kind: `status` returns `status`; `hang` sends nothing for `seconds`, then 504; `text` returns 200 with a body
    that is not JSON; others are the vendor's, and what they make of the response to a request that took effect.
    method, path: which requests; a path is a prefix, None means all of the API.
    carried_out: the request takes effect, and only the response is wrong.
    retry_after: seconds, sent as `Retry-After` with a `status`.
    """

    kind: str
    times: int = 1
    method: str | None = None
    path: str | None = None
    status: int = 500
    seconds: float = 30.0
    carried_out: bool = False
    retry_after: int | None = None

    def __post_init__(self) -> None:
        for name in ("times", "status", "seconds"):
            if not isinstance(getattr(self, name), int | float):
                raise ValueError(f"{name} cannot be {getattr(self, name)!r}")

    def matches(self, method: str, path: str, api: tuple[str, ...]) -> bool:
        return self.method in (None, method) and path.startswith(self.path or api)


@dataclass
class Behavior:
    """All configurable faults; the defaults are a well-behaved vendor.

    duplicate: further deliveries of every event, even after a 2xx.
    delay: seconds before an event's first delivery.
    reorder: events are collected in groups of this size, and each group is delivered in reverse order.
    drop: event types that are not delivered automatically; `*` is all of them.
    age: seconds by which a delivery's timestamp lies in the past (negative: in the future).
    secret: signs deliveries instead of the true secret.
    """

    duplicate: int = 0
    delay: float = 0.0
    reorder: int = 0
    drop: list[str] = field(default_factory=list)
    age: int = 0
    secret: str | None = None
    api: list[ApiFault] = field(default_factory=list)
    stopping: Event = field(default_factory=Event, repr=False)
    lock: Lock = field(default_factory=Lock, repr=False)

    # The prefixes of the API's paths, the kinds of faults, and the types of the fields that can be changed.
    prefixes: ClassVar[tuple[str, ...]] = ()
    kinds: ClassVar[frozenset[str]] = frozenset({"status", "hang", "text"})
    types: ClassVar[Mapping[str, Any]] = {
        "duplicate": int,
        "delay": int | float,
        "reorder": int,
        "drop": list,
        "age": int,
        "secret": str | None,
    }

    def change(self, *, api: ApiFault | dict[str, Any] | None = None, **changes: Any) -> None:
        """Set some of the fields; `api` adds a fault to the pending ones.

        Raises:
            ValueError: unknown field or invalid value.
        """
        if unknown := changes.keys() - self.types.keys():
            raise ValueError(f"there is no misbehavior called {', '.join(sorted(unknown))}")
        with self.lock:
            if api is not None:
                self.api.append(self._fault(api))
            for name, value in changes.items():
                if not isinstance(value, self.types[name]):
                    raise ValueError(f"{name} cannot be {value!r}")
                setattr(self, name, value)

    def _fault(self, api: ApiFault | dict[str, Any]) -> ApiFault:
        try:
            fault = api if isinstance(api, ApiFault) else ApiFault(**api)
        except TypeError as error:
            raise ValueError(str(error)) from None
        if fault.kind not in self.kinds:
            raise ValueError(f"there is no API fault of the kind {fault.kind!r}")
        return fault

    def reset(self) -> None:
        with self.lock:
            defaults = type(self)()
            for name in [*self.types, "api"]:
                setattr(self, name, getattr(defaults, name))

    def drops(self, event_type: str) -> bool:
        return "*" in self.drop or event_type in self.drop

    def take_fault(self, method: str, path: str) -> ApiFault | None:
        with self.lock:
            fault = next((fault for fault in self.api if fault.matches(method, path, self.prefixes)), None)
            if fault is not None:
                fault.times -= 1
                self.api = [fault for fault in self.api if fault.times > 0]
            return fault


def register(
    app: Flask,
    behavior: Behavior,
    error_response: Callable[[int, str], Response],
    special: Mapping[str, Callable[[Response, ApiFault], Response]],
) -> None:
    """Let the application have the faults.

    error_response: returns the vendor's response for a status and a message.
    special: what the vendor's own kinds of faults make of a correct response.
    """

    def faulty(fault: ApiFault) -> Response:
        if fault.kind == "text":
            page = "<html><body>Something is being served, but not this API.</body></html>"
            return Response(page, mimetype="text/html")
        if fault.kind == "hang":
            behavior.stopping.wait(fault.seconds)
            return error_response(504, "Gateway timeout")
        response = error_response(fault.status, f"This is the {fault.status} that was asked for.")
        if fault.retry_after is not None:
            response.headers["Retry-After"] = str(fault.retry_after)
        return response

    @app.before_request
    def fault_before_request() -> Response | None:
        g.fault = behavior.take_fault(request.method, request.path)
        if g.fault is None or g.fault.carried_out or g.fault.kind in special:
            return None
        fault, g.fault = g.fault, None
        return faulty(fault)

    @app.after_request
    def fault_after_request(response: Response) -> Response:
        fault: ApiFault | None = g.get("fault")
        if fault is None:
            return response
        return special[fault.kind](response, fault) if fault.kind in special else faulty(fault)
