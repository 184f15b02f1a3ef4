"""Requests built from the OpenAPI document: the example of each operation, with ids of the data set."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.access.dataset import Dataset, Names
from tests.access.table import Row

METHODS = {"get", "post", "put", "patch", "delete"}
FORM = "application/x-www-form-urlencoded"
# Parameters and body fields whose name differs from the data set's.
ALIASES = {
    "POST /admin/enrollments": {"user_id": "newcomer_id"},
    "POST /admin/groups/{group_id}/members": {"user_ids": "newcomer_ids"},
    "POST /admin/programs/{program_id}/members": {"user_ids": "newcomer_ids"},
    "PUT /admin/groups/{group_id}/staff": {"user_ids": "staff_ids"},
    "GET /admin/users/{user_id}": {"user_id": "account_id"},
    "PATCH /admin/users/{user_id}": {"user_id": "account_id"},
    "POST /admin/imports": {"file_id": "people_file_id"},
    "POST /book-imports": {"file_id": "books_file_id"},
    "POST /courses/{course_id}/questions/import": {"file_id": "questions_file_id"},
    "POST /auth/invitations/accept": {"token": "invitation_token"},
    "DELETE /admin/users/{user_id}/mfa": {"user_id": "account_id"},
    "POST /admin/users/{user_id}/links": {"user_id": "account_id"},
    "POST /auth/confirm-address": {"token": "confirm_address"},
    "POST /auth/login": {"email": "username"},
    "POST /auth/password/reset": {"token": "reset_password", "password": "new_password"},
    "POST /auth/undo-address": {"token": "undo_address"},
    "POST /auth/verify-email": {"token": "verify_email"},
    "DELETE /lessons/{lesson_id}/document": {"lesson_id": "document_lesson_id"},
    "GET /files/{file_id}/content": {"file_id": "document_id"},
    "GET /lessons/{lesson_id}/document": {"lesson_id": "document_lesson_id"},
    "PUT /users/me/photo": {"file_id": "next_photo_id"},
    "PUT /courses/{course_id}/outline": {"id": "module_id"},
    "PUT /courses/{course_id}/grading": {"lessons": "graded_lessons"},
    "PUT /lessons/{lesson_id}/document": {"lesson_id": "document_lesson_id", "file_id": "document_id"},
    "DELETE /lessons/{lesson_id}/quiz": {"lesson_id": "quiz_lesson_id"},
    "GET /lessons/{lesson_id}/quiz": {"lesson_id": "quiz_lesson_id"},
    "PUT /lessons/{lesson_id}/quiz": {"lesson_id": "quiz_lesson_id"},
    "DELETE /lessons/{lesson_id}/assignment": {"lesson_id": "assignment_lesson_id"},
    "GET /lessons/{lesson_id}/assignment": {"lesson_id": "assignment_lesson_id"},
    "PUT /lessons/{lesson_id}/assignment": {"lesson_id": "assignment_lesson_id"},
    "POST /lessons/{lesson_id}/extensions": {"lesson_id": "assignment_lesson_id"},
    "POST /lessons/{lesson_id}/grades/import": {"lesson_id": "assignment_lesson_id", "file_id": "grades_file_id"},
    "POST /lessons/{lesson_id}/grades/release": {"lesson_id": "assignment_lesson_id"},
    "GET /lessons/{lesson_id}/submission": {"lesson_id": "assignment_lesson_id"},
    "PUT /lessons/{lesson_id}/submission": {"lesson_id": "assignment_lesson_id", "file_ids": "submitted_file_ids"},
    "DELETE /lessons/{lesson_id}/submission": {"lesson_id": "assignment_lesson_id"},
    "POST /lessons/{lesson_id}/submission/submit": {"lesson_id": "assignment_lesson_id"},
    "POST /lessons/{lesson_id}/accommodations": {"lesson_id": "quiz_lesson_id"},
    "GET /lessons/{lesson_id}/quiz/analysis": {"lesson_id": "quiz_lesson_id"},
    "GET /lessons/{lesson_id}/quiz/analysis.csv": {"lesson_id": "quiz_lesson_id"},
    "GET /lessons/{lesson_id}/quiz/attempts": {"lesson_id": "quiz_lesson_id"},
    "POST /lessons/{lesson_id}/attempts": {"lesson_id": "quiz_lesson_id"},
    "GET /lessons/{lesson_id}/attempts": {"lesson_id": "quiz_lesson_id"},
    "PUT /courses/{course_id}/learners/{user_id}/grades/{lesson_id}": {"lesson_id": "quiz_lesson_id"},
    "GET /courses/{course_id}/learners/{user_id}/grades/{lesson_id}/history": {"lesson_id": "quiz_lesson_id"},
    "PUT /attempts/{attempt_id}/answers": {"question_id": "asked_id", "answer": "option_id"},
    "POST /attempts/{attempt_id}/late-answers/accept": {"attempt_id": "submitted_id"},
    "PATCH /attempts/{attempt_id}/answers/{question_id}": {"attempt_id": "submitted_id", "question_id": "asked_id"},
    "PUT /lessons/{lesson_id}/progress": {"viewing_id": "viewing"},
}


@dataclass(frozen=True)
class Operation:
    """One operation of the document."""

    name: str
    definition: dict[str, Any]

    @property
    def parameters(self) -> list[dict[str, Any]]:
        return self.definition["parameters"]

    def parameter_names(self, location: str) -> list[str]:
        """Return the names of the parameters in the `query`, `header` or `path`."""
        return [each["name"] for each in self.parameters if each["in"] == location]

    @property
    def statuses(self) -> set[int]:
        return {int(status) for status in self.definition["responses"]}

    @property
    def flags(self) -> set[str]:
        """Return the boolean query parameters, set to true, and those that name an object whose staff see more."""
        found = {f"{each['name']}=true" for each in self.parameters if each["in"] == "query" and _is_flag(each)}
        return found | {f"{name}={{{name}}}" for name in self.parameter_names("query") if name == "group_id"}


def operations(document: dict[str, Any]) -> dict[str, Operation]:
    """Return all operations of a document by name, like `GET /courses`."""
    shared_parameters = document["components"].get("parameters", {})
    operations_by_name = {}
    for path, item in document["paths"].items():
        for method in METHODS & item.keys():
            parameters = [*item.get("parameters", []), *item[method].get("parameters", [])]
            resolved = [
                shared_parameters[each["$ref"].split("/")[-1]] if "$ref" in each else each for each in parameters
            ]
            name = f"{method.upper()} {path}"
            operations_by_name[name] = Operation(name, item[method] | {"parameters": resolved})
    return operations_by_name


def request(
    operation: Operation, row: Row, dataset: Dataset, caller: str, object_name: str, signers: dict[str, Callable]
) -> dict[str, Any]:
    """Return the arguments for the test client with which a caller requests an operation on an object.

    signers: by the name of the header that they make for a webhook's body.
    """
    method, path = operation.name.split()
    names = dataset.names(caller, object_name)
    names |= {name: names[alias] for name, alias in ALIASES.get(operation.name, {}).items()}
    # A filter names the callers' own group, whatever the object is.
    chosen = row.query.format(**dataset.names(caller, "own"))
    query = "&".join([chosen, *(f"{each['name']}={_example(each)}" for each in _required(operation))])
    arguments = {"method": method, "path": path.format(**names), "query_string": query.strip("&"), "headers": {}}
    if token := dataset.token(caller):
        arguments["headers"]["Authorization"] = f"Bearer {token}"
    if body := operation.definition.get("requestBody"):
        arguments |= _body(body["content"], names)
    for name in signers.keys() & operation.parameter_names("header"):
        arguments["headers"] |= signers[name](arguments["data"])
    return arguments


def _body(content: dict[str, Any], names: Names) -> dict[str, Any]:
    content_type, media = next(iter(content.items()))
    filled = _fill_in(media["example"], names)
    filled = filled if content_type == FORM else json.dumps(filled).encode()
    return {"data": filled, "content_type": content_type}


def _fill_in(example: Any, names: Names) -> Any:
    """Replace an example's values by the data set's; an empty list stays empty."""
    if isinstance(example, list):
        return [_fill_in(each, names) for each in example]
    if not isinstance(example, dict):
        return example
    return {
        name: names[name] if name in names and value != [] else _fill_in(value, names)
        for name, value in example.items()
    }


def _required(operation: Operation) -> list[dict[str, Any]]:
    return [each for each in operation.parameters if each["in"] == "query" and each.get("required")]


def _example(parameter: dict[str, Any]) -> str:
    return parameter.get("example") or parameter["schema"]["example"]


def _is_flag(parameter: dict[str, Any]) -> bool:
    return parameter["schema"].get("type") == "boolean"
