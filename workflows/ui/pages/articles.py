"""Guidance: all articles by subject, the search among them, and one article as its address names it."""

import streamlit as st

from workflows.domain.guidance import Article
from workflows.ui import article, cited, session
from workflows.ui.widgets import footer, messages

FOUND = 10
# A subject's topics; an article stands under the subject of its first topic.
SUBJECTS = {
    "Ultimatums": ("ultimatum", "amendment"),
    "Walking away": ("walk-away", "termination", "continuity-of-care", "patient-communication"),
    "How to negotiate": ("process", "preparation", "letter", "payer-view"),
    "Your leverage": (
        *("leverage", "value-proposition", "access", "ed-avoidance", "quality", "hedis", "network-adequacy"),
        *("market-power", "telehealth", "cost-pressure"),
    ),
    "Rates": (
        *("rates", "benchmarking", "medicare-fee-schedule", "transparency", "escalator", "carve-out", "value-based"),
    ),
    "Contract clauses": (
        *("contract-terms", "recoupment", "mfn", "all-products", "downcoding", "gag-clause", "dispute", "prompt-pay"),
        *("indemnification", "medical-necessity", "silent-ppo", "steering", "timely-filing"),
    ),
    "After signing": ("monitoring", "denials", "rcm-metrics", "prior-auth"),
    "Law and other practices": ("antitrust", "state-law", "erisa", "no-surprises", "privacy"),
}


def show() -> None:
    """The page."""
    asked = st.session_state.get("article", "")
    with st.spinner("Opening the articles"):
        articles = session.desk().guidance.shelf.articles
    if asked in articles:
        messages()
        article.show(articles[asked], in_case=session.opened_case() is not None)
        return
    st.title("Guidance", anchor=False)
    messages()
    if asked:
        st.info("That article is not here; its address may be old. Look for it below.", icon=":material/info:")
    _browse()
    footer()


def _browse() -> None:
    guidance = session.desk().guidance
    st.markdown("What experienced negotiators and public sources say, each statement with where it comes from.")
    words = st.text_input(
        "Search all articles",
        type="search",
        key="find_articles",
        max_chars=200,
        persist_state="session",
        placeholder="timely filing, short deadline, offset",
    )
    if words and words.strip():
        with st.spinner("Searching" if guidance.ready else "Opening the search for the first time; a few seconds"):
            found = guidance.articles(words)[:FOUND]
        st.header("Nearest to your words", anchor=False)
    else:
        names = list(SUBJECTS)
        subject = st.pills("Subject", names, default=names[0], key="subject", persist_state="session", wrap=True)
        found = tuple(a for a in guidance.articles() if subject_of(a) == (subject or names[0]))
        st.header(subject or names[0], anchor=False)
    if not found:
        st.caption("Nothing found; try other words, or ask.")
    cards = [cited.choice("", a.title, f"article:{a.id}", under=a.passages[0].statements[0].text) for a in found]
    cited.show("articles_found", choices=[{"title": "", "first": False, "of": cards}])


def subject_of(one: Article) -> str:
    """The subject an article is listed under."""
    return next((name for name, topics in SUBJECTS.items() if one.topics[0] in topics), list(SUBJECTS)[2])


show()
