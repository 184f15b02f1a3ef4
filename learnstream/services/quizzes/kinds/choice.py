"""What single and multiple choice have in common: options."""

from typing import Any

from learnstream.services.quizzes.kinds.base import Kind, remark
from learnstream.services.quizzes.kinds.ids import Ids
from learnstream.services.quizzes.kinds.parts import by_id, identified, ids_of, require_distinct
from learnstream.services.quizzes.version import Content
from learnstream.text import answers


class Choice(Kind):
    """A question with options."""

    def complete(self, content: dict[str, Any]) -> dict[str, Any]:
        options = identified("options", ({"feedback": "", **option} for option in content["options"]))
        require_distinct("options", options, lambda option: answers.tidy(option["text"]), field="text")
        return {**super().complete(content), "options": options}

    def show(self, content: Content, ids: Ids) -> dict[str, Any]:
        options = by_id(content["options"])
        order = ids.order(options) if ids.shuffle else list(options)
        return {"options": [{"id": ids.of(own), "text": options[own]["text"]} for own in order]}

    def chosen_feedback(self, content: Content, chosen: list[str], ids: Ids) -> list[dict[str, Any]]:
        """Return the feedback on the options that were chosen."""
        options = by_id(content["options"])
        found = [(own, options[own]["feedback"]) for own in chosen if own in options]
        return [each for own, text in found for each in remark(text, id=ids.of(own))]


def right_options(content: Content) -> list[str]:
    return ids_of(option for option in content["options"] if option["correct"])
