"""Requests made of the OpenAPI document: the example of each operation, about the things of the world."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.access.table import Row
from tests.access.world import Names, World

METHODS = {"get", "post", "put", "patch", "delete"}
FORM = "application/x-www-form-urlencoded"
# What an address or body calls otherwise than the world does.
CALLED = {
    "POST /admin/enrollments": {"user_id": "newcomer_id"},
    "GET /admin/users/{user_id}": {"user_id": "account_id"},
    "PATCH /admin/users/{user_id}": {"user_id": "account_id"},
    "POST /auth/login": {"email": "username"},
    "PUT /courses/{course_id}/outline": {"id": "module_id"},
    "PUT /lessons/{lesson_id}/progress": {"viewing_id": "viewing"},
}


@dataclass(frozen=True)
class Operation:
    """One operation of the document."""

    name: str
    described: dict[str, Any]

    @property
    def parameters(self) -> list[dict[str, Any]]:
        return self.described["parameters"]

    def named(self, location: str) -> list[str]:
        """Return the names of the parameters in the `query`, `header` or `path`."""
        return [each["name"] for each in self.parameters if each["in"] == location]

    @property
    def statuses(self) -> set[int]:
        return {int(status) for status in self.described["responses"]}

    @property
    def flags(self) -> set[str]:
        """The parameters of the query that are true or false."""
        return {each["name"] for each in self.parameters if each["in"] == "query" and _is_flag(each)}


def operations(document: dict[str, Any]) -> dict[str, Operation]:
    """Return all operations of a document by name, like `GET /courses`."""
    shared = document["components"].get("parameters", {})
    found = {}
    for path, item in document["paths"].items():
        for method in METHODS & item.keys():
            parameters = [*item.get("parameters", []), *item[method].get("parameters", [])]
            resolved = [shared[each["$ref"].split("/")[-1]] if "$ref" in each else each for each in parameters]
            name = f"{method.upper()} {path}"
            found[name] = Operation(name, item[method] | {"parameters": resolved})
    return found


def request(operation: Operation, row: Row, world: World, caller: str, thing: str, sign: Callable) -> dict[str, Any]:
    """Return the arguments for the test client with which a caller asks for an operation on a thing."""
    method, path = operation.name.split()
    names = world.names(caller, thing)
    names |= {name: names[ours] for name, ours in CALLED.get(operation.name, {}).items()}
    query = "&".join([row.query, *(f"{each['name']}={_example(each)}" for each in _required(operation))])
    call = {"method": method, "path": path.format(**names), "query_string": query.strip("&"), "headers": {}}
    if token := world.token(caller):
        call["headers"]["Authorization"] = f"Bearer {token}"
    if body := operation.described.get("requestBody"):
        call |= _body(body["content"], names)
    if any(each["name"] == "Mux-Signature" for each in operation.parameters):
        call["headers"] |= sign(call["data"])
    return call


def _body(content: dict[str, Any], names: Names) -> dict[str, Any]:
    content_type, media = next(iter(content.items()))
    filled = _filled(media["example"], names)
    data = filled if content_type == FORM else json.dumps(filled).encode()
    return {"data": data, "content_type": content_type}


def _filled(example: Any, names: Names) -> Any:
    """Put the names of real things into an example; a list of nothing stays one."""
    if isinstance(example, list):
        return [_filled(each, names) for each in example]
    if not isinstance(example, dict):
        return example
    return {
        name: names[name] if name in names and value != [] else _filled(value, names) for name, value in example.items()
    }


def _required(operation: Operation) -> list[dict[str, Any]]:
    return [each for each in operation.parameters if each["in"] == "query" and each.get("required")]


def _example(parameter: dict[str, Any]) -> str:
    return parameter.get("example") or parameter["schema"]["example"]


def _is_flag(parameter: dict[str, Any]) -> bool:
    return parameter["schema"].get("type") == "boolean"
