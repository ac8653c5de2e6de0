"""What a model says is read to a reply of the declared shape or to nothing; prompts are checked, and inputs marked."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflows.catalog.prompts import PROMPTS, load_prompts, prompts
from workflows.domain.errors import KnowledgeFault
from workflows.domain.model import MODES, Given, asked_in, marked_parts
from workflows.domain.reply_shape import LONGEST, ReplyShape, read_reply

HOSTILE = Path(__file__).resolve().parents[2] / "shared/data/hostile"
SHAPE = prompts()["answer"].reply
SENTENCE = {"sentence": "Say no — “politely” é.", "passages": [1, 12], "quote": "say no politely"}
GOOD = [json.dumps({"sentences": [SENTENCE] * n}, ensure_ascii=ascii) for n in range(6) for ascii in (True, False)]
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(("sentences", "quote", "x")), inner),
    max_leaves=12,
)


def fits(value: object) -> bool:
    """The shape of prompts/answer.md, said a second time, in other words."""
    return (
        isinstance(value, dict)
        and list(value) == ["sentences"]
        and isinstance(value["sentences"], list)
        and len(value["sentences"]) <= 8
        and all(
            isinstance(s, dict)
            and set(s) == {"sentence", "passages", "quote"}
            and isinstance(s["sentence"], str)
            and isinstance(s["quote"], str)
            and len(s["passages"]) <= 3
            and all(type(n) is int and abs(n) <= 99 for n in s["passages"])
            for s in value["sentences"]
        )
    )


@pytest.mark.parametrize("good", GOOD)
def test_a_good_reply_is_read_also_with_words_around_it(good: str) -> None:
    for text in (good, f"Certainly:\n```json\n{good}\n```\nGood luck!", f"  {good}"):
        assert read_reply(text, SHAPE) == json.loads(good)


@pytest.mark.parametrize("good", GOOD)
def test_a_reply_cut_anywhere_is_none(good: str) -> None:
    raw = good.encode()
    for end in range(len(raw)):
        assert read_reply(raw[:end].decode(errors="replace"), SHAPE) is None


@settings(max_examples=150)
@given(
    st.text(max_size=200) | ANY_JSON.map(lambda v: json.dumps(v)) | ANY_JSON.map(lambda v: json.dumps({"sentences": v}))
)
def test_any_text_ends_in_a_reply_of_the_shape_or_in_none(text: str) -> None:
    value = read_reply(text, SHAPE)
    assert value is None or fits(value)


@settings(max_examples=150)
@given(st.sampled_from(GOOD), st.integers(0, 10_000), st.sampled_from(list('{}[]",:\\0e-\ud800\x00truenull')))
def test_a_reply_with_one_character_changed_never_slips_through(good: str, at: int, other: str) -> None:
    at %= len(good)
    value = read_reply(good[:at] + other + good[at + 1 :], SHAPE)
    assert value is None or fits(value)


@pytest.mark.parametrize(
    "text",
    [
        '{"sentences": NaN}', '{"sentences": [], "sentences": []}', '{"sentences": [], "more": 1}', "[]", "null", "",
        '{"sentences": {}}', '{"sentences": [{"sentence": 1, "passages": [], "quote": ""}]}',
        '{"sentences": [{"sentence": "\\ud800", "passages": [], "quote": ""}]}',
        '{"sentences": [{"sentence": "x", "passages": [true], "quote": ""}]}',
        '{"sentences": [{"sentence": "x", "passages": [1.0], "quote": ""}]}',
        '{"sentences": [{"sentence": "x", "passages": [' + "9" * 5000 + '], "quote": ""}]}',
        json.dumps({"sentences": [SENTENCE] * 9}), '{"a":' * 100_000, "[" * 100_000, '{"sentences": ["' + "x" * LONGEST,
    ],
)  # fmt: skip
def test_what_is_no_such_reply_is_none(text: str) -> None:
    assert read_reply(text, SHAPE) is None


@pytest.mark.skipif(not HOSTILE.exists(), reason="the shared hostile files are not on this machine")
def test_hostile_json_files_end_in_none() -> None:
    files = sorted(HOSTILE.rglob("*.json"))
    assert len(files) > 50
    for file in files:
        text = file.read_bytes().decode(errors="replace")
        assert read_reply(text, SHAPE) is None, file.name
        assert read_reply(f'{{"sentences": {text[:LONGEST]}}}', SHAPE) in (None, {"sentences": []}), file.name


def test_a_reader_that_took_anything_would_be_found_out() -> None:
    assert not fits(json.loads('{"sentences": "all"}'))
    assert not fits(json.loads('{"sentences": [{"sentence": "x", "passages": [true], "quote": ""}]}'))


def test_the_schema_that_is_sent_is_strict() -> None:
    def check(schema: dict[str, Any]) -> None:
        if schema["type"] == "object":
            assert schema["additionalProperties"] is False
            assert schema["required"] == list(schema["properties"])
        for inner in (*schema.get("properties", {}).values(), *([schema["items"]] if "items" in schema else [])):
            check(inner)

    for prompt in prompts().values():
        check(prompt.reply.json_schema())


def test_where_no_schema_is_kept_it_stands_in_the_words() -> None:
    call = prompts()["connection"].call({})
    assert [json.dumps(call.reply.json_schema()) in asked_in(call, mode) for mode in MODES] == [False, True, True]


def test_what_ships_is_sound() -> None:
    assert {"answer", "connection"} <= load_prompts().keys()


FRONT = "---\npurpose: p\npace: answer\nmost_tokens: 10\ninputs:\n  note: {says: x, most: 5}\nreply:\n  type: object\n  properties:\n    ok: {type: boolean}\n---\nRead <note>.\n"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("---\npurpose", "purpose", "bad.md:1: begins without front matter"),
        ("pace: answer", "pace: someday", "bad.md:2: pace"),
        ("Read <note>.", "Read it.", "inputs.note: the instructions do not speak of <note>"),
        ("{type: boolean}", "{type: number}", "reply.properties.ok.type"),
        ("most: 5", "most: none", "inputs.note.most"),
        ("Read <note>.\n", "\n", "says nothing after the front matter"),
        ("purpose: p", "purpose: p\npurpose: q", "bad.md:3: purpose is given twice"),
        ("purpose: p", "purpose: [", "bad.md:"),
    ],
)
def test_an_unsound_prompt_is_told_with_file_and_line(old: str, new: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "bad.md").write_text(FRONT, encoding="utf-8")
    assert set(load_prompts(tmp_path)) == {"bad"}
    (tmp_path / "bad.md").write_text(FRONT.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(KnowledgeFault, match=r"bad\.md:\d+: ") as fault:
        load_prompts(tmp_path)
    assert any(says in problem for problem in fault.value.problems), fault.value.problems


def test_the_version_of_a_prompt_changes_with_any_letter_of_it(tmp_path: Path) -> None:
    (tmp_path / "one.md").write_text(FRONT, encoding="utf-8")
    before = load_prompts(tmp_path)["one"].version
    (tmp_path / "one.md").write_text(f"{FRONT}!", encoding="utf-8")
    assert load_prompts(tmp_path)["one"].version != before
    assert len({p.version for p in prompts().values()}) == len(list(PROMPTS.glob("*.md"))) - 1


@given(st.text(max_size=300), st.text(max_size=300))
def test_an_input_stands_between_its_own_marks_whatever_it_says(question: str, statement: str) -> None:
    prompt = prompts()["answer"]
    call = prompt.call({"question": Given(text=question), "statements": Given(numbered=((1, statement),))})
    parts = marked_parts(call.data)
    assert parts == {"question": question, "statements": f"[1] {statement}"}
    assert call.version == prompt.version


def test_other_inputs_than_the_declared_are_not_taken() -> None:
    with pytest.raises(ValueError, match="takes question, statements"):
        prompts()["answer"].call({"question": Given(text="x"), "floor": Given(text="103%")})


def test_a_shape_that_says_too_little_is_no_shape() -> None:
    for wrong in ({"type": "object"}, {"type": "array"}, {"type": "string", "properties": {"a": {"type": "string"}}}):
        with pytest.raises(ValueError, match="are for an"):
            ReplyShape.model_validate(wrong)
