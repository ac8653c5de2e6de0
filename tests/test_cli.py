"""The command line as users run it: another process, no key, no network; JSON as documented, refusals in a sentence."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from pypdf import PdfReader

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "knowledge/example/answers.yaml"
TODAY = ("--today", "2026-11-22")
Run = subprocess.CompletedProcess[str]


def parley(*args: object, typed: str | bytes = "", **environment: str) -> Run:
    """Run `parley` in a bare environment and give what it said; a traceback is never taken for an answer."""
    bare = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "PYTHONPATH": str(ROOT), **environment}
    run = subprocess.run(
        [sys.executable, "-m", "workflows.cli", *map(str, args)],
        input=typed if isinstance(typed, bytes) else typed.encode(),
        capture_output=True, cwd=ROOT, env=bare, timeout=60,
    )  # fmt: skip
    said = subprocess.CompletedProcess(run.args, run.returncode, run.stdout.decode(), run.stderr.decode())
    assert "Traceback" not in said.stdout + said.stderr
    return said


def refused(run: Run, *words: str) -> None:
    """One sentence on standard error, status 1, and nothing on standard output."""
    assert run.returncode == 1, run.stderr
    assert run.stdout == ""
    assert "did not foresee" not in run.stderr
    assert len(run.stderr.strip().splitlines()) == 1, run.stderr
    assert len(run.stderr) < 500
    for word in words:
        assert word in run.stderr


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A case folder with the worked example."""
    (tmp_path / "case").mkdir()
    (tmp_path / "case/answers.yaml").write_bytes(EXAMPLE.read_bytes())
    return tmp_path / "case"


def fields(found: Mapping[str, Any], expected: str) -> None:
    assert list(found)[: len(expected.split())] == expected.split() or set(expected.split()) <= set(found), set(found)


# --- drafts ---------------------------------------------------------------------------------------------------------


def test_a_draft_as_markdown_goes_to_standard_output_and_says_the_request(folder: Path) -> None:
    run = parley("draft", folder, "--document", "counteroffer", *TODAY)
    assert run.returncode == 0
    assert "Dana Reyes" in run.stdout
    assert "112% of 2026 Medicare" in run.stdout
    assert "103%" not in run.stdout


@pytest.mark.parametrize("document", ["value_proposition", "counteroffer", "data_request"])
def test_a_draft_as_json_has_the_documented_fields(folder: Path, document: str) -> None:
    run = parley("draft", folder, "--document", document, "--json", *TODAY)
    assert run.returncode == 0
    found = json.loads(run.stdout)
    fields(found, "document status sections ledger gaps provenance")
    assert found["document"] == document
    assert found["provenance"]["day"] == "2026-11-22"
    for section in found["sections"]:
        fields(section, "title sentences")
        for sentence in section["sentences"]:
            fields(sentence, "text kind evidence")
            assert set(sentence["evidence"]) <= set(found["ledger"])
    for entry in found["ledger"].values():
        fields(entry, "says figures source grade")
    for gap in found["gaps"]:
        fields(gap, "what why where")


def test_a_draft_as_docx_and_pdf_goes_to_a_file_whole(folder: Path, tmp_path: Path) -> None:
    import docx

    for format in ("docx", "pdf"):
        out = tmp_path / f"out/letter.{format}"
        run = parley("draft", folder, "-d", "counteroffer", "-f", format, "-o", out, *TODAY)
        assert (run.returncode, run.stdout) == (0, "")
        assert [p.name for p in out.parent.iterdir() if p.name.startswith(".")] == []
        if format == "docx":
            text = "\n".join(p.text for p in docx.Document(str(out)).paragraphs)
        else:
            text = "\n".join(page.extract_text() for page in PdfReader(out).pages)
        assert "Dana Reyes" in text
        assert "103%" not in text


def test_a_docx_without_a_file_to_go_to_is_wrong_usage(folder: Path) -> None:
    run = parley("draft", folder, "-d", "counteroffer", "-f", "docx")
    assert run.returncode == 2
    assert "--out" in run.stderr


@pytest.mark.parametrize(
    "args",
    [("draft", "."), ("draft", ".", "-d", "counteroffer", "--today", "soon"), ("interview", ".", "--accept")],
)
def test_wrong_usage_ends_with_status_two(args: tuple[str, ...]) -> None:
    run = parley(*args)
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr


def test_what_is_written_is_utf_8_whatever_the_system_says(folder: Path) -> None:
    run = parley("draft", folder, "-d", "counteroffer", *TODAY, PYTHONIOENCODING="latin-1", LC_ALL="C")
    assert run.returncode == 0
    assert "units × (proposed − now)" in run.stdout


# --- leverage and check ---------------------------------------------------------------------------------------------


def test_leverage_as_json_has_the_documented_fields_strongest_first(folder: Path) -> None:
    found = json.loads(parley("leverage", folder, "--json", *TODAY).stdout)
    fields(found, "claims ledger gaps")
    for claim in found["claims"]:
        fields(claim, "topic text grade strength evidence to_strengthen")
    strengths = [claim["strength"] for claim in found["claims"]]
    assert strengths == sorted(strengths, reverse=True)
    assert strengths
    assert not any(e["key"].startswith("walk_away.") for e in found["ledger"].values())


def test_an_empty_case_is_told_what_can_still_be_won(tmp_path: Path) -> None:
    run = parley("leverage", tmp_path)
    assert run.returncode == 0
    assert "Nothing supports a request yet" in run.stdout
    assert "what can still be won" in run.stdout


def test_check_finds_the_shelves_sound() -> None:
    run = parley("check", "--json")
    assert (run.returncode, json.loads(run.stdout)) == (0, {"problems": []})


def test_check_names_the_setting_that_is_wrong_and_never_shows_its_value() -> None:
    run = parley("check", "--json", PARLEY_DATABASE_URL="mysql://user:hunter2@host/x")
    assert run.returncode == 1
    problems = json.loads(run.stdout)["problems"]
    assert len(problems) == 1
    assert "PARLEY_DATABASE_URL" in problems[0]
    assert "hunter2" not in run.stdout + run.stderr


def test_a_wrong_setting_is_told_by_every_command(folder: Path) -> None:
    refused(parley("leverage", folder, PARLEY_MAX_UPLOAD_BYTES="many"), "PARLEY_MAX_UPLOAD_BYTES")


# --- batch ----------------------------------------------------------------------------------------------------------


def test_one_bad_case_never_stops_the_rest(tmp_path: Path) -> None:
    for name, text in {"a": EXAMPLE.read_text(), "b": "practice:\n  zip: four\n", "c": EXAMPLE.read_text()}.items():
        (tmp_path / "cases" / name).mkdir(parents=True)
        (tmp_path / "cases" / name / "answers.yaml").write_text(text)
    out = tmp_path / "cases/out"  # inside on purpose: the second run must not take it for a case
    for _ in range(2):
        run = parley("batch", tmp_path / "cases", "-d", "value_proposition", "-o", out, "-f", "md", "--json", *TODAY)
        assert run.returncode == 0
        found = json.loads(run.stdout)
        assert [Path(p).name for p in found["done"]] == ["a.md", "c.md"]
        assert [r["case"] for r in found["refused"]] == ["b"]
        assert found["refused"][0]["why"].startswith("answers.yaml: practice.zip")
    assert sorted(p.name for p in out.iterdir()) == ["a.md", "c.md"]


def test_a_batch_of_nothing_is_refused(tmp_path: Path) -> None:
    run = parley("batch", tmp_path / "none", "-d", "value_proposition", "-o", tmp_path / "out")
    assert run.returncode == 1
    assert "holds no case folders" in run.stderr


# --- the interview in a terminal ------------------------------------------------------------------------------------


def read(folder: Path) -> Any:
    return yaml.safe_load((folder / "answers.yaml").read_text(encoding="utf-8"))


def test_the_interview_saves_each_answer_explains_refuses_stops_and_resumes(tmp_path: Path) -> None:
    case = tmp_path / "new/case"
    run = parley("interview", case, typed="?\nLakeview\nwizardry\nfamily medicine\n12 points\n4\nquit\n")
    assert run.returncode == 0
    assert "Why the payer cares" in run.stdout
    assert "'wizardry' is not one of the choices" in run.stdout
    assert "is in points" in run.stdout
    assert read(case) == {"practice": {"name": "Lakeview", "specialty": "familyMedicine", "physicians": "4"}}
    again = parley("interview", case, typed="2\n")  # input ends: everything is saved
    assert again.returncode == 0
    assert "What is the practice called" not in again.stdout
    assert read(case)["practice"]["advanced_practice"] == "2"


def test_rows_are_typed_one_a_line_and_kept_even_when_the_input_ends(tmp_path: Path) -> None:
    run = parley("interview", tmp_path, typed="skip\n| |\nasthma | J45.909 | 240\ngout")
    assert run.returncode == 0
    assert read(tmp_path) == {"diagnoses": {"top": [
        {"condition": "asthma", "code": "J45.909", "patients": "240"}, {"condition": "gout"}]}}  # fmt: skip


def test_a_contradiction_is_said_as_soon_as_it_is_typed(folder: Path) -> None:
    answers = read(folder)
    del answers["practice"]["visits"]
    (folder / "answers.yaml").write_text(yaml.safe_dump(answers))
    run = parley("interview", folder, *TODAY, typed="\n\n12\nquit\n")
    assert "2,300 members cannot have made only 12 visits" in run.stdout


def test_bytes_that_are_not_text_are_told_and_asked_again(tmp_path: Path) -> None:
    run = parley("interview", tmp_path, typed=b"Caf\xe9\nLakeview\nquit\n")
    assert "not UTF-8" in run.stdout
    assert read(tmp_path) == {"practice": {"name": "Lakeview"}}


def test_patient_detail_typed_is_refused_and_not_written(tmp_path: Path) -> None:
    run = parley("interview", tmp_path, typed="our patient John Smithers, DOB 3/4/1950\nLakeview\nquit\n")
    assert "looks like detail of a patient" in run.stdout
    assert "Smithers" not in run.stdout + (tmp_path / "answers.yaml").read_text()


NOTE = "We have 4 physicians and 2,300 of their members. We want 112% of 2026 Medicare."


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes/practice.txt").write_text(NOTE)
    (tmp_path / "answers.yaml").write_text("practice:\n  physicians: 5\n")
    return tmp_path


def test_notes_are_proposed_with_their_words_and_nothing_is_written(notes: Path) -> None:
    before = (notes / "answers.yaml").read_bytes()
    found = json.loads(parley("interview", notes, "--from-notes", "--json").stdout)
    fields(found, "proposed unclear gaps")
    assert found["proposed"]
    for one in found["proposed"]:
        fields(one, "step field value quote confidence")
        assert one["quote"] in NOTE
        assert 0 < one["confidence"] <= 1
    assert {(p["step"], p["field"], p["value"]) for p in found["proposed"]} >= {("practice", "members", "2300")}
    assert (notes / "answers.yaml").read_bytes() == before


def test_accepted_notes_are_written_and_never_over_an_answer_that_stands(notes: Path) -> None:
    assert parley("interview", notes, "--from-notes", "--accept").returncode == 0
    assert read(notes)["practice"]["physicians"] == "5"
    assert read(notes)["practice"]["members"] == "2300"


def test_a_draft_on_notes_is_marked_as_unconfirmed(notes: Path) -> None:
    run = parley("draft", notes, "-d", "value_proposition", "--json")
    assert json.loads(run.stdout)["status"] == "unconfirmed"
    assert "nobody has confirmed" in run.stderr


# --- hostile folders ------------------------------------------------------------------------------------------------

BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{','.join(['*' + before] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
TEXTS: dict[str, tuple[bytes, tuple[str, ...]]] = {
    "an unknown field": (b"practice:\n  member: 3\n", ("practice.member", "Did you mean practice.members?")),
    "an unknown step": (b"practise:\n  name: x\n", ("practise", "Did you mean practice?")),
    "a wrong unit": (b"practice:\n  members: 12 points\n", ("practice.members", "points")),
    "a fraction for a percent": (b"friction:\n  denial_rate: 0.114\n", ("friction.denial_rate", "fraction")),
    "out of range": (b"friction:\n  denial_rate: 130\n", ("friction.denial_rate", "outside 0 to 100")),
    "a bad row": (b"diagnoses:\n  top:\n    - {condition: a}\n    - {colour: b}\n", ("diagnoses.top row 2", "colour")),
    "a step that is a list": (b"practice: [a]\n", ("step practice holds no fields",)),
    "a list": (b"- a\n", ("holds no steps",)),
    "words": (b"just words", ("holds no steps",)),
    "broken YAML": (b"practice:\n  name: [x\n", ("answers.yaml:3", "not valid YAML")),
    "a tab": (b"practice:\n\tname: x\n", ("answers.yaml:2", "not valid YAML")),
    "a field given twice": (b"practice:\n  name: a\n  name: b\n", ("answers.yaml:3", "name is given twice")),
    "two documents": (b"practice: {}\n---\nask: {}\n", ("answers.yaml:2", "second document")),
    "an alias": (b"practice: &p {name: x}\nask: *p\n", ("answers.yaml:2", "alias")),
    "a bomb of aliases": (BOMB.encode(), ("answers.yaml:2", "alias")),
    "deep nesting": (b"[" * 200_000, ("nested too deeply",)),
    "deep mappings": (b"{a: " * 200_000, ("nested too deeply",)),
    "a list for a name": (b"? [a, b]\n: c\n", ("answers.yaml:1",)),
    "far too many values": (
        b"practice:\n" + b"".join(b"  a%d: b\n" % i for i in range(60_000)), ("far too many values",)),
    "UTF-16": ("practice:\n  name: Café\n".encode("utf-16"), ("not UTF-8",)),
    "UTF-16 without a mark": ("practice:\n  name: x\n".encode("utf-16-le"), ("answers.yaml:1", "not valid YAML")),
    "latin-1": ("practice:\n  name: Café\n".encode("latin-1"), ("not UTF-8",)),
    "NUL bytes": (b"practice:\n  name: a\0b\n", ("answers.yaml:1", "not valid YAML")),
    "50 MB": (b"#" * 50_000_000, ("50 MB", "at most 10 MB")),
    "an object to be made": (
        b"practice:\n  name: !!python/object/apply:os.system [exit]\n", ("practice.name", "one value")),
    "patient detail": (
        b"practice:\n  changes: our patient John Smithers, DOB 3/4/1950\n", ("practice.changes", "patient")),
}  # fmt: skip


def hostile(at: Path) -> dict[str, Path]:
    """One case folder for each text."""
    made = {}
    for number, (kind, (content, _)) in enumerate(TEXTS.items()):
        made[kind] = at / f"{number:02d}"
        made[kind].mkdir(parents=True)
        (made[kind] / "answers.yaml").write_bytes(content)
    return made


def test_every_answers_file_that_cannot_be_taken_is_refused_by_name_and_left_as_it_was(tmp_path: Path) -> None:
    folders = hostile(tmp_path / "cases")
    found = json.loads(
        parley("batch", tmp_path / "cases", "-d", "counteroffer", "-o", tmp_path / "out", "--json").stdout
    )
    assert found["done"] == []
    why = {one["case"]: one["why"] for one in found["refused"]}
    for kind, folder in folders.items():
        told = why[folder.name]
        assert told.startswith("answers.yaml"), kind
        assert all(words in told for words in TEXTS[kind][1]), (kind, told)
        assert "\n" not in told, kind
        assert len(told) < 400, kind
        assert "Smithers" not in told, kind
        assert (folder / "answers.yaml").read_bytes() == TEXTS[kind][0], kind
        assert [p.name for p in folder.iterdir()] == ["answers.yaml"], kind
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("kind", ["an unknown field", "deep nesting"])
def test_a_refusal_is_one_sentence_on_standard_error_and_status_one(kind: str, tmp_path: Path) -> None:
    refused(parley("leverage", hostile(tmp_path)[kind]), "answers.yaml", *TEXTS[kind][1])


def a_file(at: Path) -> Path:
    at.write_text("x")
    return at


def a_link_out(at: Path) -> Path:
    at.mkdir()
    (at / "answers.yaml").symlink_to(EXAMPLE)
    return at


def a_folder_for_a_file(at: Path) -> Path:
    (at / "answers.yaml").mkdir(parents=True)
    return at


def a_note_of_no_step(at: Path) -> Path:
    (at / "notes").mkdir(parents=True)
    (at / "notes/gossip.txt").write_text("x")
    return at


def notes_that_link_out(at: Path, elsewhere: Path) -> Path:
    at.mkdir()
    elsewhere.mkdir()
    (elsewhere / "practice.txt").write_text("We have 4 physicians.")
    (at / "notes").symlink_to(elsewhere)
    return at


def test_a_folder_that_points_elsewhere_or_holds_the_wrong_things_is_refused(tmp_path: Path) -> None:
    cases = tmp_path / "cases"
    cases.mkdir()
    made = {
        a_link_out(cases / "a"): ("answers.yaml", "outside the case folder"),
        a_folder_for_a_file(cases / "b"): ("answers.yaml", "not a file"),
        a_note_of_no_step(cases / "c"): ("notes/gossip.txt", "no step"),
        notes_that_link_out(cases / "d", tmp_path / "elsewhere"): ("notes/practice.txt", "outside the case folder"),
    }
    found = json.loads(parley("batch", cases, "-d", "counteroffer", "-o", tmp_path / "out", "--json").stdout)
    why = {one["case"]: one["why"] for one in found["refused"]}
    assert found["done"] == []
    for folder, words in made.items():
        assert all(word in why[folder.name] for word in words), why[folder.name]


def test_what_is_no_folder_is_refused(tmp_path: Path) -> None:
    refused(parley("leverage", a_file(tmp_path / "case")), "no such case folder")


def test_an_interview_in_a_file_is_refused_and_the_file_left_alone(tmp_path: Path) -> None:
    refused(parley("interview", a_file(tmp_path / "case"), typed="Lakeview\n"), "cannot be a case folder")
    assert (tmp_path / "case").read_text() == "x"


def test_an_interview_over_a_broken_file_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    (tmp_path / "answers.yaml").write_text("practice: [x\n")
    refused(parley("interview", tmp_path, typed="Lakeview\n"), "not valid YAML")
    assert (tmp_path / "answers.yaml").read_text() == "practice: [x\n"


def test_a_letter_that_cannot_be_written_is_told_and_leaves_nothing(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    refused(parley("draft", folder, "-d", "data_request", "-o", tmp_path / "taken", *TODAY), "could not be written")
    refused(
        parley("draft", folder, "-d", "data_request", "-o", folder / "answers.yaml/x.md", *TODAY),
        "could not be written",
    )
    assert sorted(p.name for p in tmp_path.iterdir()) == ["case", "taken"]


# --- the app --------------------------------------------------------------------------------------------------------


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
    return number


def test_serve_opens_the_app_on_this_machine_and_ends_with_its_process(port: int, tmp_path: Path) -> None:
    if not (ROOT / "workflows/ui/navigation.py").exists():
        pytest.skip("the pages are not there yet")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "PYTHONPATH": str(ROOT),
        "PARLEY_DATA_DIR": str(tmp_path),
    }
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "workflows.cli", "serve", "--port", str(port)],
            cwd=ROOT, env=environment, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        assert healthy(port, server), (tmp_path / "log").read_text()
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=20)
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0
    assert "Traceback" not in (tmp_path / "log").read_text()


def healthy(port: int, server: subprocess.Popen[bytes]) -> bool:
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2) as reply:
                return bool(reply.read() == b"ok")
        except OSError:
            if server.poll() is not None:
                return False
            time.sleep(0.1)
    return False
