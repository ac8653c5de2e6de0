"""Patient detail is found in negotiation prose, and business text is left alone.

The planted lines are templates filled from a seeded generator: 18 kinds of Safe Harbor, at least 40 lines each. The
reporting templates were written after the rules and first run unseen: 95% of lines in all, 86% of the lines whose only
identifier is a name; what they showed was then mended, so the figures asserted here are of seen phrasings. Names in
phrasings nobody thought of are the weak side, which is why finding is no licence to send.
"""

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from workflows.domain.errors import PrivacyRefused
from workflows.grounding import patient_detail, refuse_patient_detail, strip_invisible
from workflows.grounding.identifiers import LABELLED

HERE = Path(__file__).parent / "privacy"
FREE = ("name", "place")  # kinds without a pattern of their own
EACH = 60

FIRST = (
    "Maria|John|Priya|Kwame|Siobhan|DeShawn|Xiomara|Tuan|Olga|Bartholomew|Keisha|Hyun|Latisha|Robert|Aaliyah|Guadalupe"
    "|Thaddeus|Ximena|Ngozi|Dmitri|Susan|Anh|Joaquin|Fatima|Walter|Beulah|Zelda|Ruth|Mehmet|Ingrid"
)
LAST = (
    "Smith|Alvarez|Lee|O'Brien|Nguyen|Okonkwo|Kowalski|Garcia-Lopez|Johnson|McDonald|Patel|Schwartz|Washington|Chen"
    "|Hernandez|Van Dyke|Abernathy|Yoder|De La Cruz|Fitzgerald|Kim|Rossi|Haddad|Brown|Young|Bell|Rivers|Stone|Banks"
)
TOWN = "Oxford|Hamilton|Millville|Fairfield|Trenton|West Chester|Yellow Springs|Ross|Seven Mile|Monroe"
STREET = "Oak|Maple|Elm|Main|Washington|Hickory Hill|Third|Lakeview|Old Mill|Cedar"
PAYER = "Buckeye|Aetna|Summit|Anthem|Humana|Cascade|Meridian|Medical Mutual|Blue Ridge|Keystone First"
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"


class Filler(dict[str, str]):
    """The fields of a template, each drawn when it is asked for, one person to a line."""

    def __init__(self, draw: random.Random) -> None:
        super().__init__()
        self.draw = draw
        self.given, self.family = self._one(FIRST), self._one(LAST)

    def _one(self, choices: str) -> str:
        return self.draw.choice(choices.split("|"))

    def _digits(self, n: int) -> str:
        return self.draw.choice("123456789") + "".join(self.draw.choice("0123456789") for _ in range(n - 1))

    def _letters(self, n: int) -> str:
        return "".join(self.draw.choice(LETTERS) for _ in range(n))

    def _date(self, first: int, last: int) -> str:
        y, m, d = self.draw.randint(first, last), self.draw.randint(1, 12), self.draw.randint(1, 28)
        month = MONTHS.split("|")[m - 1]
        return self.draw.choice(
            [
                f"{m}/{d}/{y}",
                f"{m:02}/{d:02}/{y % 100:02}",
                f"{month} {d}, {y}",
                f"{y}-{m:02}-{d:02}",
                f"{d} {month} {y}",
            ]
        )

    def _phone(self) -> str:
        a, b = self._digits(3), self._digits(4)
        return self.draw.choice([f"({a}) 555-{b}", f"{a}-555-{b}", f"{a}.555.{b}", f"{a} 555 {b}"])

    def _mbi(self) -> str:
        two = "".join(self.draw.choice("ACDEFGHJKMNPQRTUVWXY") for _ in range(6))
        return f"{self._digits(1)}{two[:2]}{self._digits(1)}-{two[2:4]}{self._digits(1)}-{two[4:]}{self._digits(2)}"

    def __missing__(self, field: str) -> str:
        made = self._makers().get(field)
        self[field] = made() if made else self._digits(int(field[1:]))
        return self[field]

    def _makers(self) -> dict[str, Callable[[], str]]:
        draw, first, last = self.draw, self.given, self.family
        plain = last.lower().replace(" ", "").replace("'", "").replace("-", "")
        return {
            "full": lambda: draw.choice(
                [f"{first} {last}", f"{first} {last}", f"{first} {draw.choice(LETTERS)}. {last}"]
            ),
            "first": lambda: first,
            "firstn": lambda: first,
            "last": lambda: last,
            "lastc": lambda: last,
            "firstlow": lambda: draw.choice(["maria", "john", "robert", "susan", "latisha", "olga", "walter", "ruth"]),
            "lastlow": lambda: plain,
            "town": lambda: self._one(TOWN),
            "street": lambda: (
                f"{draw.randint(2, 9800)} {self._one(STREET)} {self._one('Street|St|Ave|Road|Lane|Drive|Court')}"
            ),
            "zip": lambda: f"45{self._digits(3)}",
            "date": lambda: self._date(1931, 2026),
            "bdate": lambda: self._date(2005, 2027),
            "old": lambda: str(draw.randint(90, 107)),
            "phone": self._phone,
            "email": lambda: f"{first.lower()}{self._digits(2)}@mail.example",
            "ssn": lambda: f"{draw.randint(100, 665)}-{draw.randint(10, 99)}-{self._digits(4)}",
            "ssn9": lambda: f"{draw.randint(100, 665)}{draw.randint(10, 99)}{self._digits(4)}",
            "mid": lambda: draw.choice([self._letters(3) + self._digits(9), self._digits(9), "R" + self._digits(8)]),
            "mid2": lambda: self._digits(9),
            "mbi": self._mbi,
            "vin": lambda: f"1HG{self._letters(4)}{self._digits(2)}{self._letters(4)}{self._digits(4)}",
            "plate": lambda: draw.choice(
                [f"{self._letters(3)} {self._digits(4)}", f"{self._digits(3)}{self._letters(3)}"]
            ),
            "dev": lambda: draw.choice([self._letters(2) + self._digits(6), f"PJN{self._digits(6)}H"]),
            "ip": lambda: ".".join(str(draw.randint(11, 223)) for _ in range(4)),
            "a1": lambda: self._letters(1),
            "a2": lambda: self._letters(2),
            "n4c": lambda: f"{int(self._digits(4)):,}",
            "d2": lambda: f"{self._digits(2)}.{self._digits(2)}",
            "p": lambda: f"{self._digits(2)}.{self._digits(1)}",
            "tin": lambda: f"{self._digits(2)}-{self._digits(7)}",
            "dr": lambda: draw.choice([f"Dr. {first} {last}", f"{first} {last}, MD", f"Dr. {last}"]),
            "contact": lambda: draw.choice([f"{first} {last}", f"Ms. {last}", f"Mr. {first} {last}"]),
            "payer": lambda: self._one(PAYER),
            "paylow": lambda: "payer",
            "d1": lambda: self._digits(1),
        }


def templates(file: str) -> dict[str, list[str]]:
    """The lines of a file by the heading they stand under."""
    found: dict[str, list[str]] = {}
    kind = ""
    for line in (HERE / file).read_text().splitlines():
        if line.startswith("["):
            kind = line.strip("[]")
        elif line.strip() and not line.startswith("#"):
            found.setdefault(kind, []).append(line)
    return found


def lines(made_from: list[str], count: int, seed: str) -> Iterator[str]:
    """At least `count` filled lines, every template as often as the others."""
    draw = random.Random(seed)
    for i in range(max(count, len(made_from))):
        yield made_from[i % len(made_from)].format_map(Filler(draw))


def missed(made_from: list[str], seed: str) -> tuple[list[str], int]:
    """The lines in which nothing was found, and how many there were."""
    made = list(lines(made_from, EACH, seed))
    return [line for line in made if not patient_detail(line)], len(made)


@pytest.mark.parametrize("file", ["reporting.txt", "tuning.txt"])
def test_planted_identifiers_of_all_eighteen_kinds_are_found(file: str) -> None:
    kinds = templates(file)
    assert len(kinds) == 18
    table: dict[str, tuple[int, int]] = {}
    lost: list[str] = []
    for kind, made_from in kinds.items():
        misses, count = missed(made_from, f"{file} {kind}")
        table[kind] = (count - len(misses), count)
        lost += misses
    print(f"\n{file}")
    for kind, (found, count) in table.items():
        print(f"  {kind:10} {found:4} of {count}")
    patterned = [v for k, v in table.items() if k not in FREE]
    free = [v for k, v in table.items() if k in FREE]
    assert sum(f for f, _ in patterned) / sum(c for _, c in patterned) >= 0.99, lost
    assert sum(f for f, _ in free) / sum(c for _, c in free) >= 0.95, lost
    assert all(count >= 40 for _, count in table.values())


@pytest.mark.parametrize("part", ["reporting", "tuning"])
def test_business_text_raises_at_most_three_false_alarms_in_a_hundred(part: str) -> None:
    made = list(lines(templates("business.txt")[part], 520, f"business {part}"))
    alarms = [line for line in made if patient_detail(line)]
    print(f"\n{part}: {len(alarms)} false alarms in {len(made)} business lines")
    assert len(made) >= 500
    assert len(alarms) / len(made) <= 0.03, alarms


def test_our_own_knowledge_holds_no_patient() -> None:
    texts = [p for p in (HERE.parents[1] / "knowledge").rglob("*") if p.suffix in (".yaml", ".md")]
    alarms = [
        (p.name, line)
        for p in texts
        for line in p.read_text().splitlines()
        for found in patient_detail(line)
        if not (p.suffix == ".md" and found.kind == "name" and "[S" in line)  # the author of a source that is cited
    ]
    assert texts
    assert not alarms


def test_without_the_labelled_kinds_the_planted_set_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workflows.grounding.identifiers.LABELLED", LABELLED[:1])
    misses, count = missed(templates("reporting.txt")["member"], "sabotage")
    assert len(misses) / count > 0.5


def test_without_names_the_planted_names_are_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workflows.grounding.privacy.patient_names", lambda segment: iter(()))
    misses, count = missed(templates("reporting.txt")["name"], "sabotage")
    assert len(misses) / count > 0.3


@pytest.mark.parametrize(
    "line",
    [
        "Call Ruth Okafor, MD at (513) 555-0142.",
        "CPT 99213, 99214-25 and G0439; ICD-10 E11.9; NPI 1234567893; TIN 31-1234567.",
        "The agreement of March 1, 2017 was signed by Dana Reyes, Network Contract Manager.",
        "Dr. Okafor's patients in Butler County wait 3 days.",
        "Patient Access Manager: patient portal, patient satisfaction, Patient-Centered Medical Home.",
        "ZIP codes 45011 and 45014",
    ],
)
def test_business_text_that_looks_like_patients_passes(line: str) -> None:
    assert patient_detail(line) == ()


def test_the_refusal_names_kind_and_place_and_never_the_identifier() -> None:
    text = "Our patient Maria Lopez, MRN 4471902, DOB 3/4/1950, came in with chest pain."
    with pytest.raises(PrivacyRefused) as refused:
        refuse_patient_detail(text, "notes/quality.txt")
    said = str(refused.value)
    assert "notes/quality.txt" in said
    assert "name" in said
    assert "record number" in said
    assert not any(secret in said for secret in ("Maria", "Lopez", "4471902", "1950"))


def test_an_identifier_behind_invisible_characters_or_wide_digits_is_found() -> None:
    assert patient_detail("S\u200bSN 123\u200b-45-6789")
    assert patient_detail("MRN ４４７１９０２")
    assert patient_detail("Our pat\u00adient Maria Lopez")


def test_the_place_of_an_identifier_is_told() -> None:
    (found,) = patient_detail("Visits rose. MRN 4471902.")
    assert (found.kind, "Visits rose. MRN 4471902."[found.start : found.end].rstrip(".")) == (
        "record number",
        "MRN 4471902",
    )


@pytest.mark.parametrize(
    "hidden",
    ["\U000e0041", "\u200b", "\u200d", "\u2060", "\ufeff", "\u202e", "\u2066", "\ufe0f", "\x00", "\x1b", "\x7f"],
)
def test_invisible_characters_are_removed_and_nothing_else(hidden: str) -> None:
    assert strip_invisible(f"Ren{hidden}e\u0301e\tpays\n12{hidden}%") == "Renée\tpays\n12%"


@pytest.mark.parametrize(
    "run", ["A-", "a-", "1-", "DOB ", "her daughter ", "Mrs. Aa ", "the patient ", "(", "@a.", "MRN: "]
)
def test_no_text_keeps_the_reader_busy(run: str) -> None:
    from time import perf_counter

    started = perf_counter()
    patient_detail((run * 5000)[:10_000])
    assert perf_counter() - started < 5
