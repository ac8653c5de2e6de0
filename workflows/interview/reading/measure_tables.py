"""Quality measures in columns: a header that names them ("Measure, us, compare, n, period") over rows of any delimiter.

A row is read only where the header names the measure and our rate, and where our rate is a percent.
"""

import re

from workflows.domain.answers import Row
from workflows.interview.reading.clauses import Note
from workflows.interview.reading.code_tables import clause_of, close_lines, lines_of
from workflows.interview.reading.measures import INVERSE
from workflows.interview.reading.page import Page
from workflows.interview.reading.periods import periods
from workflows.interview.reading.tidy import tidy

_DELIMITERS = (r"\t+", r"\s*\|\s*", r"\s*;\s*", r"\s{2,}", r",\s+", r",")
_HEADS = (
    ("measure", re.compile(r"(?i)^(?:quality\s+)?(?:measures?|metrics?|indicators?|hedis(?:\s+measure)?|what)$")),
    ("source", re.compile(r"(?i)^(?:source|whose|from|comparator\s+source)$")),
    (
        "comparator",
        re.compile(
            r"(?i)^(?:compar\w*|vs\.?|versus|benchmark|plan(?:\s+(?:avg|average|rate))?|network(?:\s+(?:avg|average))?|"
            r"peers?|state|national|avg|average|them|theirs|registry)$"
        ),
    ),
    ("n", re.compile(r"(?i)^(?:n|denom\w*|patients|pts|cases|count|number|sample)$")),
    ("period", re.compile(r"(?i)^(?:period|year|dates?|when|time\s*frame|my|measurement\s+year)$")),
    ("rate", re.compile(r"(?i)^(?:us|we|ours?|our\s+rate|rate|result|score|practice|value|%|percent)$")),
)
_OPENS = re.compile(r"(?i)[\s|>*]*(?:quality|measure|metric|indicator|hedis|what)")
_RATE = re.compile(r"^~?(?P<n>\d{1,3}(?:\.\d+)?)\s?%?$")
_COMPARED = re.compile(r"^(?P<n>\d{1,3}(?:\.\d+)?)\s?%?\s*[(,]?\s*(?P<s>[^()]*)\)?$")


def read_measure_tables(page: Page) -> None:
    """Every table of measures in the notes; its lines are closed to other readers."""
    for note in page.notes:
        if note.step in ("quality", "practice"):
            _read_note(page, note)


def _read_note(page: Page, note: Note) -> None:
    lines = lines_of(note)
    for i, line in enumerate(lines):
        if not _OPENS.match(line.words):
            continue
        for delimiter in _DELIMITERS:
            heads = [_head(c) for c in _cells(line.words, delimiter)]
            if len(heads) >= 3 and heads[0] == "measure" and "rate" in heads and heads.count("") <= 1:
                read, source = {line.number}, ""
                for row in lines[i + 1 : i + 40]:
                    cells = _cells(row.words, delimiter)
                    if re.fullmatch(r"[\s|:-]+", row.words) and row.words.strip():
                        continue
                    if len(cells) < 3 or len(cells) > len(heads) + 1:
                        break
                    clause = clause_of(page, note, row)
                    if clause.closed:
                        continue
                    made = _row(dict(zip(heads, cells, strict=False)))
                    if re.fullmatch(r"(?i)(?:the\s+)?same|ditto|\"", made.get("comparator_source", "")) and source:
                        made["comparator_source"] = source
                    source = made.get("comparator_source", source)
                    if made:
                        page.see("quality.measures", made, clause, row.start, row.end, 0.86)
                        read.add(row.number)
                        page.take_span(clause, row.start, row.end)
                close_lines(page, note, read)
                return


def _cells(words: str, delimiter: str) -> list[str]:
    return [c.strip() for c in re.split(delimiter, words.strip(" \t|>*\r"))]


def _head(words: str) -> str:
    return next((name for name, p in _HEADS if p.match(words.strip(" .:"))), "")


def _row(cells: dict[str, str]) -> Row:
    rate = _RATE.match(cells["rate"])
    if not rate or "%" not in cells["rate"] + cells.get("comparator", "") or float(rate["n"]) > 100:
        return {}
    row: Row = {"measure": tidy(cells["measure"]), "rate": rate["n"]}
    compared = _COMPARED.match(cells.get("comparator", ""))
    if compared and float(compared["n"]) <= 100:
        row["comparator"] = compared["n"]
        said = tidy(compared["s"]) or tidy(cells.get("source", ""))
        if said:
            row["comparator_source"] = said
    size = re.match(r"(?P<n>\d[\d,]*)\b", cells.get("n", ""))
    if size:
        row["n"] = size["n"].replace(",", "")
    told = periods(cells.get("period", ""))
    if told:
        row["period"] = told[0].says
    if INVERSE.search(row["measure"]):
        row["lower_is_better"] = "yes"
    return row if len(row["measure"]) > 2 else {}
