"""The letters as files: the same words in Word and in PDF, nothing lost, nothing parsed, nothing private inside."""

from collections.abc import Iterable
from datetime import date

from workflows.domain.draft import BasisRow, Cell, Draft, Provenance, Section, Sentence, Table

DAY = date(2026, 3, 16)


def says(text: str, edited: str = "") -> Sentence:
    return Sentence(slot="s", kind="assertion", text=text, evidence=("e1",), edited=edited)


def section(title: str, style: str, *texts: str, table: Table | None = None) -> Section:
    sentences = tuple(says(text) for text in texts)
    return Section.model_validate({"id": "x", "title": title, "style": style, "sentences": sentences, "table": table})


def table(header: Iterable[str], aligned: str, rows: Iterable[Iterable[str]], total=None, note: str = "") -> Table:
    return Table(
        header=tuple(header),
        aligned=aligned,
        rows=tuple(tuple(Cell(text=t, evidence="e1") for t in row) for row in rows),
        total=tuple(Cell(text=t) for t in total) if total else None,
        note=says(note) if note else None,
    )


def draft(*sections: Section, title: str = "Letter", document: str = "counteroffer") -> Draft:
    provenance = Provenance(knowledge="k" * 12, parley="0.1.0", day=DAY)
    return Draft.model_validate({
        "document": document, "title": title, "status": "ready", "sections": sections, "ledger": {},
        "provenance": provenance,
    })  # fmt: skip


CODES = table(
    ("CPT code", "Service", "Units", "Current", "Your offer", "We propose", "2026 Medicare", "Annual change"),
    "llrrrrrr",
    (
        ("99213", "Office visit, established, low", "2,140", "$78.20", "$80.55", "$98.40", "$94.62", "$43,228"),
        ("99214", "Office visit, established, moderate", "3,310", "$112.75", "$116.13", "$139.00", "$133.65", "$86,888"),
        ("99215", "Office visit, established, high", "410", "$158.10", "$162.84", "$194.30", "$186.83", "$14,842"),
        ("99203", "Office visit, new, low", "320", "$94.90", "$97.75", "$118.10", "$113.56", "$7,424"),
        ("99204", "Office visit, new, moderate", "280", "$142.30", "$146.57", "$176.20", "$169.42", "$9,492"),
        ("94010", "Spirometry", "190", "$24.10", "$24.82", "$28.90", "$27.79", "$912"),
        ("36415", "Blood draw", "1,950", "—", "$3.10", "$8.83", "$8.83", "[current fee for 36415: to be completed]"),
        ("90471", "Immunization administration", "870", "$17.40", "$17.92", "$21.20", "$20.38", "$3,306"),
    ),
    total=("", "Total of codes with a current fee", "7,520", "", "", "", "", "$166,092"),
    note="Medicare amounts are the 2026 physician fee schedule, nonfacility, for our locality; units are the twelve "
    "months to December 2025. Annual change is the proposed fee less the current fee, times units.",
)

COUNTEROFFER = draft(
    section("", "lines", "March 16, 2026"),
    section("", "lines", "[name of the contract manager: to be completed]", "Provider Contracting", "Summit Health Plan", "400 Market Street, Suite 1200", "Harrisburg, PA 17101"),
    section("", "lines", "RE: Counteroffer to your proposal of February 27, 2026", "Agreement effective March 1, 2017; tax ID ending 4471; NPI [practice NPI: to be completed]"),
    section("", "prose", "Dear Contract Manager:"),
    section("", "prose", "Thank you for your proposal of February 27, 2026, which offers 3% on all codes from July 1, 2026.", "We would like to stay in your network and answer here with a proposal that keeps our fees in step with Medicare, and with two other ways to reach agreement."),
    section("Who we are to your members", "prose", "Cedar Ridge Family Medicine is a primary care practice with four physicians and two nurse practitioners at two sites in Perry County.", "In the twelve months to December 2025 we cared for 2,860 of your members in 7,710 visits, 31% of our visits.", "We have been in your network since March 2017."),
    section("Our place in your network", "prose", "The next family practice that accepts your new members is 19 miles from our Newport site.", "We are open 58 hours a week, including two evenings and Saturday morning, and our median wait for a new patient is 6 days.", "Four of our clinicians see patients in Spanish or Vietnamese."),
    section("What sets us apart", "list", "Same-day access: we hold 36 same-day visits open every week. By our estimate (one in eight replaces an emergency visit, 48 weeks) that is about 216 emergency department visits your plan did not pay for in 2025.", "Diabetes control: 78% of our 412 adult patients with diabetes had an HbA1c below 8% in 2025, from our registry; your 2025 network report shows 64%.", "Readmissions: every hospital discharge we are told of gets a call within two business days; we reached 91% of 143 discharges in 2025."),
    section("Why the present rate cannot hold", "prose", "Our fee schedule has not changed since March 2017.", "Across the codes below it pays 83% of 2026 Medicare, and your offer brings that to 86%.", "In those nine years our staff cost per visit rose 34%, from our own accounts."),
    section("What we propose", "prose", "We propose 104% of the 2026 Medicare physician fee schedule for all codes, effective July 1, 2026.", "For the codes that make up most of our work with you it looks like this:", table=CODES),
    section("Other ways to agree", "list", "If 104% for all codes is out of reach this year, then 108% for office visits (99202 to 99215), your offer for all other codes, and a yearly adjustment by the Medicare Economic Index.", "If the increase must be phased, then 96% of 2026 Medicare from July 1, 2026 and 104% from July 1, 2027, with a quality bonus of 4% when diabetes control stays above 75%."),
    section("Two terms beside the rate", "list", "Amendments (section 9.2): by written agreement of both parties, in place of 30 days' notice.", "Timely filing (section 5.4): 180 days in place of 90."),
    section("Next step", "prose", "Please let us have your answer by April 6, 2026, and offer a time in the week before for a call with someone who can decide.", "You can reach our practice manager, Thị Hồng Nguyễn, at (717) 555-0142."),
    section("", "lines", "Sincerely,", "Élise Muñoz, MD", "Managing physician, Cedar Ridge Family Medicine"),
    section("", "lines", "Attachments: value proposition (one page); code table with volumes"),
    title="Counteroffer to Summit Health Plan",
)  # fmt: skip

VALUE = draft(
    section("Cedar Ridge Family Medicine and Summit Health Plan: what our place in your network is worth", "prose", "We hold 36 same-day visits open every week, and your 2,860 members who see us use them instead of the emergency department 11 miles away."),
    section("At a glance", "lines", "Family medicine, four physicians and two nurse practitioners, two sites in Perry County", "2,860 of your members and 7,710 visits in the twelve months to December 2025", "In your network since March 2017; tax ID [tax ID: to be completed]"),
    section("Three things your members gain", "list", "Fewer emergency visits. 36 same-day visits a week over 48 weeks are 1,728 visits; if one in eight replaces an emergency visit, that is about 216 a year. At the published average of $1,150 a visit, your plan avoids about $248,400 (estimated).", "Better control of diabetes. 78% of our 412 adult patients with diabetes had an HbA1c below 8% in 2025, from our registry; your 2025 network report shows 64%. Each point counts toward your quality rating.", "Shorter hospital care. We call every patient within two business days of discharge and reached 91% of 143 discharges in 2025, which is where readmissions are prevented."),
    section("Our place in your network", "prose", "The next family practice that accepts your new members is 19 miles from our Newport site.", "We are open 58 hours a week, including two evenings and Saturday morning.", "The median wait for a new patient is 6 days, counted in January 2026.", "Four of our clinicians see patients in Spanish or Vietnamese, and we are the only practice in the county that offers spirometry and point-of-care INR on the same visit."),
    section("What a fair rate would let us do", "prose", "With fees in step with Medicare we would keep Saturday morning open and add a third nurse practitioner, which is about 2,400 more visits a year.", "Our proposal is in the letter that goes with this page."),
    section("How these figures were made", "prose", "Members, visits and discharges are counted from our practice management system, January to December 2025; diabetes control is from our registry with your members and others together.", "The share of same-day visits that replace an emergency visit is an estimate, not a count; we do not know your own emergency department figures and would welcome them."),
    title="Value proposition for Summit Health Plan", document="value_proposition",
)  # fmt: skip

BASIS = tuple(
    BasisRow(number=i, sentence=s.wording, basis=(("The practice holds 36 same-day visits open every week.", "Your answer “Same-day visits held”, given March 2, 2026", "measured"), ("One in eight same-day visits replaces an emergency visit.", "Calculation: 36 × 48 ÷ 8 = 216", "estimated")))
    for i, s in enumerate(COUNTEROFFER.sentences(), 1)
)  # fmt: skip
