"""Leaving the payer against staying: the practice's own shares, the sum, and how far it hangs on patients who stay.

Private throughout, and on the page only when it is asked for.
"""

from decimal import Decimal

import streamlit as st

from workflows.casework.rates import Weighed
from workflows.domain.case import Case
from workflows.domain.language import percent
from workflows.rates.arithmetic import percent_text
from workflows.rates.leaving import SHARES
from workflows.ui import rate_charts, session
from workflows.ui.widgets import LOCK, inert

_WORDS = {
    "kept": ("Patients who stay with you", "Of this payer's patients, paying themselves or out of network."),
    "kept_at": ("What those pay", "As a percent of what the payer pays now. Empty means the same."),
    "replaced": ("Places filled by others", "Of the places then free, within a year."),
    "replaced_at": ("What those others pay", "As a percent of what this payer pays now. Empty means the same."),
    "cost_saved": ("Costs that fall away", "Of the revenue lost: supplies, overtime, hired hours."),
}
_REVENUE_SHARE = "walk_away.revenue_share"


def show(case: Case, weighed: Weighed) -> None:
    """The form, the sum and the picture."""
    with st.expander("If you left this payer", key="leaving", icon=LOCK):
        st.caption(f"{LOCK} Private: your walk-away arithmetic. Nothing of it enters a letter.")
        _told(case, weighed)
        _form(case)


def _told(case: Case, weighed: Weighed) -> None:
    found = weighed.leaving
    if found is None:
        st.markdown(
            "Say what you expect if you were out of network, and this shows what leaving costs and the change of fees at "
            "which leaving and staying come to the same."
        )
        return
    st.markdown(f"**{inert(found.says)}**")
    share = case.answers.get(_REVENUE_SHARE)
    if share:
        st.markdown(f"This payer is {inert(percent(Decimal(str(share.value))))} of your revenue.")
    if found.break_even_replacement is not None:
        filled = inert(percent_text(found.break_even_replacement))
        st.markdown(f"Leaving would cost nothing if others filled {filled} of the free places.")
    rate_charts.leaving(weighed.leaving_by_kept)


def _form(case: Case) -> None:
    at = f"{case.id}.{case.version}"
    with st.form(f"leaving_form{at}", border=False):
        with st.grid(3, min_column_width=200, gap="small"):
            _share("Share of your revenue from this payer", "", _REVENUE_SHARE, _said(case, _REVENUE_SHARE), at)
            for name, field in SHARES.items():
                _share(*_WORDS[name], field, _said(case, field) or str(case.rates.leaving.get(name, "")), at)
        st.form_submit_button("Work it out", on_click=_keep, args=(case, at))


def _said(case: Case, field: str) -> str:
    given = case.answers.get(field)
    return str(given.value) if given else ""


def _share(label: str, why: str, field: str, value: str, at: str) -> None:
    st.text_input(f"{label} (%)", value, key=f"{field}{at}", max_chars=8, help=why or None)


def _keep(case: Case, at: str) -> None:
    with session.told():
        fields = (_REVENUE_SHARE, *SHARES.values())
        raw = {field: str(st.session_state.get(f"{field}{at}", "")).strip() for field in fields}
        session.desk().record(case.id, raw)
        session.say("Kept.", "done")


def volume(weighed: Weighed) -> None:
    """How far the dollars of the request and the offer hang on the volume."""
    if weighed.sensitivity:
        with st.expander("If you bill more or less", type="compact"):
            rate_charts.volume(weighed.sensitivity)
