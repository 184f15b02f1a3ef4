"""Examples of what is found."""

from learnstream.schemas.search.search import HitSchema, SuggestionSchema
from learnstream.web.openapi_examples import example_of

SUGGESTION = example_of(SuggestionSchema())
HIT = example_of(HitSchema())
