"""A payer's published in-network file as a schedule: the median price of each code, with the spread it stands for."""

from workflows.domain.published import Published
from workflows.domain.rates import Origin, RateLine, RateSchedule


def schedule_of(found: Published, origin: Origin) -> RateSchedule:
    """One line a code, modifier and setting; the file's name, date and address stay with each."""
    lines = tuple(
        RateLine(
            code=p.code,
            modifier=p.modifier,
            setting=p.setting,
            rate=p.median,
            lowest=p.lowest,
            highest=p.highest,
            groups=p.groups,
            row=0,
        )
        for p in found.prices
    )
    notes = [f"Published by {found.entity or origin.payer}: the median over provider groups, professional prices only."]
    if found.left_out:
        told = ", ".join(f"{count:,} {why}" for why, count in sorted(found.left_out.items()))
        notes.append(f"Prices of these codes left out: {told}.")
    return RateSchedule(name=found.name, sha256=found.sha256, origin=origin, lines=lines, notes=tuple(notes))


def basis_of(schedule: RateSchedule, line: RateLine) -> str:
    """Where a published figure comes from, for whoever reads it: spread, file, date and address."""
    if schedule.origin.what != "published" or line.groups is None:
        return ""
    where = [schedule.name, f"{schedule.origin.dated}", schedule.origin.url]
    return f"median of {line.groups:,} provider groups, ${line.lowest} to ${line.highest}; {', '.join(filter(None, where))}"
