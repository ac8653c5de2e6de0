"""How far the interview is, and what the letters still lack: gaps are shown with the report that would fill them."""

from collections.abc import Mapping, Sequence

from workflows.domain.answers import Answer
from workflows.domain.case import StepProgress
from workflows.domain.draft import Gap
from workflows.domain.knowledge import Step

# Alternatives: a lack is met when any one of these fields is answered.
_EITHER = {
    "ask.percent_of_medicare": ("ask.increase", "ask.families"),
    "rates.codes": (),
    "practice.members": (),
    "practice.visits": (),
    "practice.physicians": ("practice.advanced_practice", "practice.other_clinicians"),
    "practice.period": ("rates.volume_period",),
    "er_avoidance.same_day_slots": ("er_avoidance.same_day_used",),
    "er_avoidance.ed_visits_avoided": ("er_avoidance.ed_rate",),
    "access.third_next_available": ("access.new_patient_wait",),
    "market.nearest_miles": ("market.network_peers", "market.sole_services"),
}


def gaps(steps: Sequence[Step], answers: Mapping[str, Answer]) -> tuple[Gap, ...]:
    """What the letters would need and nobody answered, in the order of the interview."""
    found = []
    for step in steps:
        for q in step.questions:
            field = f"{step.id}.{q.id}"
            if q.lack and not any(f in answers for f in (field, *_EITHER.get(field, ()))):
                found.append(Gap(field=field, what=q.lack, why=q.why, where=q.where))
    return tuple(found)


def progress(steps: Sequence[Step], answers: Mapping[str, Answer], skipped: Sequence[str]) -> tuple[StepProgress, ...]:
    """One line a step: how many questions are answered, what is lacking, whether it was left for later."""
    lacking = gaps(steps, answers)
    return tuple(
        StepProgress(
            step=step.id,
            title=step.title,
            asked=len(step.questions),
            answered=sum(f"{step.id}.{q.id}" in answers for q in step.questions),
            lacking=tuple(gap.what for gap in lacking if gap.field.startswith(f"{step.id}.")),
            skipped=step.id in skipped,
        )
        for step in steps
    )
