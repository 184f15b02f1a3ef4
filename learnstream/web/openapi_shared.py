"""Shared parts of the OpenAPI document: what several operations repeat moves into `components`, and is referenced.

Repeated error responses, parameters and headers are two thirds of the document when every operation spells them out.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from typing import Any

Json = dict[str, Any]
# A container (a dictionary or list) and the key under which it holds a part of the document.
Slot = tuple[Any, Any]
# The slots that hold equal parts.
Group = list[Slot]

PROBLEM = "application/problem+json"
LONGEST_TOPIC = 40  # characters of an example's name


def share(document: Json) -> None:
    """Move repeated examples, headers, parameters and responses into `components`, the innermost first."""
    _move(document, "examples", _examples(document), _example_names)
    _move(document, "headers", _headers(document), lambda groups: [group[0][1] for group in groups])
    _move(document, "parameters", _parameters(document), _parameter_names)
    _move(document, "responses", _responses(document), _response_names)


def _move(document: Json, kind: str, slots: Iterable[Slot], names_of: Callable[[list[Group]], list[str]]) -> None:
    """Replace each part that occurs in more than one slot by a reference to one component."""
    alike: dict[str, Group] = defaultdict(list)
    for container, key in slots:
        alike[json.dumps(container[key], sort_keys=True)].append((container, key))
    repeated = [group for group in alike.values() if len(group) > 1]
    components = {}
    for name, group in zip(_unique(names_of(repeated)), repeated, strict=True):
        components[name] = _part(group)
        for container, key in group:
            container[key] = {"$ref": f"#/components/{kind}/{name}"}
    document["components"][kind] = dict(sorted(components.items()))


def _part(group: Group) -> Json:
    container, key = group[0]
    part: Json = container[key]
    return part


def _unique(names: list[str]) -> Iterator[str]:
    """Yield the names, numbered where they repeat."""
    seen: Counter[str] = Counter()
    for name in names:
        seen[name] += 1
        yield name if seen[name] == 1 else f"{name}{seen[name]}"


def operations(document: Json) -> Iterator[Json]:
    """Yield the document's operations."""
    for item in document["paths"].values():
        yield from (operation for method, operation in item.items() if method != "parameters")


def _responses(document: Json) -> Iterator[Slot]:
    for operation in operations(document):
        yield from ((operation["responses"], status) for status in operation["responses"])


def _parameters(document: Json) -> Iterator[Slot]:
    for holder in (*document["paths"].values(), *operations(document)):
        parameters = holder.get("parameters", [])
        yield from ((parameters, place) for place in range(len(parameters)))


def _headers(document: Json) -> Iterator[Slot]:
    for operation in operations(document):
        for response in operation["responses"].values():
            yield from ((response["headers"], name) for name in response.get("headers", {}))


def _examples(document: Json) -> Iterator[Slot]:
    for responses, status in _responses(document):
        examples = responses[status].get("content", {}).get(PROBLEM, {}).get("examples", {})
        yield from ((examples, name) for name in examples)


def _parameter_names(groups: list[Group]) -> list[str]:
    return [_pascal(_part(group)["name"]) for group in groups]


def _example_names(groups: list[Group]) -> list[str]:
    """Return the error codes; where one code has several examples, with the wrong field or the detail."""
    values = [_part(group)["value"] for group in groups]
    count = Counter(value["code"] for value in values)
    return [value["code"] if count[value["code"]] == 1 else f"{value['code']}.{_topic(value)}" for value in values]


def _topic(problem: Json) -> str:
    fields = problem.get("errors")
    while isinstance(fields, dict):
        fields, topic = next(iter(fields.values())), next(iter(fields))
        if not isinstance(fields, dict):
            return _pascal(topic)
    return _pascal(problem["detail"])[:LONGEST_TOPIC]


def _response_names(groups: list[Group]) -> list[str]:
    """Return the phrase of the status for its most frequent response; for others also the codes that are theirs."""
    usual: dict[str, Group] = {}
    for group in groups:
        usual[group[0][1]] = max(usual.get(group[0][1], group), group, key=len)
    return [_response_name(group, usual[group[0][1]]) for group in groups]


def _response_name(group: Group, usual: Group) -> str:
    phrase = _pascal(HTTPStatus(int(group[0][1])).phrase)
    if phrase == "OK":
        return "_".join([phrase, *re.findall(r"schemas/(\w+)", json.dumps(_part(group)))])
    if group is usual:
        return phrase
    own = [code for code in _codes(group) if code not in _codes(usual)]
    return ".".join([phrase, *(own or _codes(group))])


def _codes(group: Group) -> list[str]:
    return re.findall(r"`(\w+)`", _part(group)["description"])


def _pascal(text: str) -> str:
    return "".join(word[:1].upper() + word[1:] for word in re.findall(r"[A-Za-z0-9]+", text))
