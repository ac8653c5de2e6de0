"""What a model's reply must look like: a closed, small part of JSON Schema, and whether a text holds such a reply.

Our own reading instead of a library's, because it must end in a sentence for every text there is: half an object, a
number without end, a thousand brackets, a letter that is no letter.
"""

import json
from collections.abc import Iterator
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from workflows.domain.frozen import Frozen

LONGEST = 200_000
"""Characters of a reply that are read at all."""
_DEEPEST = 40


class ReplyShape(Frozen):
    """One value of a reply. `most` bounds the entries of an array, the characters of a string, an integer itself;
    `enum` names the only strings that are taken. Every property is required and no other is taken."""

    type: Literal["object", "array", "string", "integer", "boolean"]
    description: str = ""
    properties: dict[str, "ReplyShape"] = {}
    items: "ReplyShape | None" = None
    enum: tuple[str, ...] = ()
    most: int = Field(default=4000, gt=0)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.type == "object") != bool(self.properties):
            raise ValueError("properties are for an object, which has at least one")
        if (self.type == "array") != (self.items is not None):
            raise ValueError("items are for an array, which has them")
        return self

    def json_schema(self) -> dict[str, Any]:
        """The schema as it is sent: only keywords that endpoints with strict schemas know."""
        told: dict[str, Any] = {"type": self.type}
        if self.description:
            told["description"] = self.description
        if self.enum:
            told["enum"] = list(self.enum)
        if self.items:
            told["items"] = self.items.json_schema()
        if self.properties:
            told["properties"] = {name: shape.json_schema() for name, shape in self.properties.items()}
            told["required"] = list(self.properties)
            told["additionalProperties"] = False
        return told

    def problem(self, value: object) -> str:
        """What is wrong with a value, with its place ("sentences.2.quote: no text"), or ""."""
        return next(self._problems(value, ""), "")

    def _problems(self, value: object, at: str) -> Iterator[str]:
        match self.type, value:
            case "object", dict():
                if value.keys() != self.properties.keys():
                    yield f"{at or 'reply'}: other names than {', '.join(self.properties)}"
                    return
                for name, shape in self.properties.items():
                    yield from shape._problems(value[name], f"{at}.{name}".strip("."))
            case "array", list() if self.items:
                if len(value) > self.most:
                    yield f"{at}: over {self.most} entries"
                for place, item in enumerate(value):
                    yield from self.items._problems(item, f"{at}.{place}".strip("."))
            case "string", str():
                if len(value) > self.most or (self.enum and value not in self.enum) or not _sound(value):
                    yield f"{at}: not a text that is taken"
            case "boolean", bool():
                return
            case "integer", int() if not isinstance(value, bool):
                if abs(value) > self.most:
                    yield f"{at}: beyond {self.most}"
            case _:
                yield f"{at or 'reply'}: no {self.type}"


def read_reply(text: str, shape: ReplyShape) -> dict[str, Any] | None:
    """The one object of this shape that a text holds, or None. Words and code fences around it are passed over, since
    an endpoint without schemas writes them; a second object is not looked for."""
    if len(text) > LONGEST:
        return None
    start = text.find("{")
    if start < 0 or _deep(text):
        return None
    try:
        value, _ = _DECODER.raw_decode(text, start)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) and not shape.problem(value) else None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_constant)


def _deep(text: str) -> bool:
    """Whether brackets are nested deeper than any reply of ours (those within strings count too, which is safe)."""
    depth = 0
    for c in text:
        depth += (c in "[{") - (c in "]}")
        if depth > _DEEPEST:
            return True
    return False


def _sound(text: str) -> bool:
    return not any("\ud800" <= c <= "\udfff" for c in text)
