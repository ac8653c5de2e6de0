"""The ultimatum desk on the screen: clocks, what is private, words, the rehearsal, rounds, contacts and documents."""

from streamlit.testing.v1 import AppTest

from tests.test_pages import app, click, desk, opened, run, texts, to, widget  # noqa: F401  (app, desk: fixtures)
from workflows.casework import Desk
from workflows.domain.case import Case


def part(at: AppTest, name: str) -> AppTest:
    at.button_group(key="plan_part").set_value(name)
    return run(at)


def show_private(at: AppTest) -> AppTest:
    at.toggle(key="show_stop").set_value(True)
    return run(at)


def test_without_a_case_the_page_says_where_to_begin(app: AppTest) -> None:  # noqa: F811
    assert "No case is open" in texts(to(app, "ultimatum"))


def test_an_empty_case_is_asked_at_most_three_questions_about_the_paper(app: AppTest, desk: Desk) -> None:  # noqa: F811
    case = desk.start_case("Lakeview")
    at = opened(app, case, "ultimatum")
    asks = desk.ultimatum.plan(case.id).kind.asks
    assert 1 <= len(asks) <= 3
    assert all(a.ask in texts(at) for a in asks)
    widget(at, "selectbox", "ultimatum.kind").set_value("amendment")
    widget(at, "text_input", "ultimatum.received_on").set_value("2026-11-20")
    widget(at, "text_input", "ultimatum.objection_days").set_value("30")
    click(at, "save")
    assert "December 20, 2026" in texts(at)


def test_the_clocks_show_their_arithmetic_and_what_is_not_known(app: AppTest, desk: Desk) -> None:  # noqa: F811
    said = texts(opened(app, desk.open_example(), "ultimatum"))
    assert "December 15, 2026: Their answer-by date" in said.replace("**", "")
    assert "Open: Their change takes effect" in said.replace("**", "")


def test_what_is_private_is_not_on_the_page_until_it_is_asked_for(app: AppTest, desk: Desk) -> None:  # noqa: F811
    case = desk.open_example()
    at = opened(app, case, "ultimatum")
    point = desk.ultimatum.plan(case.id).walk_away
    private = [point.says, *(r.says for r in point.reasons)]
    for name in ("do", "ways", "words", "rounds", "documents"):
        said = texts(part(at, name))
        assert not [p for p in private if p in said], name
    said = texts(show_private(at))
    assert all(p in said for p in private)  # the twin: what was looked for is what is hidden


def test_words_for_the_payer_hold_no_private_figure(app: AppTest, desk: Desk) -> None:  # noqa: F811
    at = opened(app, desk.open_example(), "ultimatum")
    said = texts(part(at, "words"))
    assert "too much" in said
    assert "103%" not in said
    assert "12.4%" not in said


def test_the_rehearsal_raises_objections_and_ends_in_checks(app: AppTest, desk: Desk) -> None:  # noqa: F811
    at = part(opened(app, desk.open_example(), "ultimatum"), "rehearse")
    for _ in range(12):
        if not at.chat_input:
            break
        at.chat_input(key="rehearse").set_value(
            "Thank you. We propose 112% because our members need the Saturday clinic."
        )
        run(at)
    said = texts(at)
    assert "of 8 checks met" in said
    assert "You said" in said
    click(at, "rehearse_back")
    assert "checks met" not in texts(at)
    click(at, "rehearse_again")
    assert len(at.chat_message) == 1


def test_a_patient_in_the_rehearsal_is_refused_and_forgotten(app: AppTest, desk: Desk) -> None:  # noqa: F811
    at = part(opened(app, desk.open_example(), "ultimatum"), "rehearse")
    at.chat_input(key="rehearse").set_value("My patient John Miller, born 3/4/1961, MRN 4432112, needs this.")
    run(at)
    assert at.error
    assert "Miller" not in texts(at)
    assert at.session_state["rehearsed"] == []


def test_a_round_and_a_contact_are_kept_and_can_be_undone(app: AppTest, desk: Desk) -> None:  # noqa: F811
    case = desk.open_example()
    at = part(opened(app, case, "ultimatum"), "rounds")
    at.text_input(key="round_up0").set_value("4,5")
    click(at, _submit(at, "round0"))
    assert at.error, "a figure that cannot be read is refused in a sentence"
    assert not desk.case(case.id).rounds
    at.text_input(key="round_up0").set_value("4.5")
    click(at, _submit(at, "round0"))
    assert "The payer: +4.5%" in texts(at)
    at.text_input(key="contact_who0").set_value("Dana Reyes, contract manager")
    at.text_area(key="contact_said0").set_value("She will ask the committee.")
    click(at, _submit(at, "contact0"))
    assert "She will ask the committee." in texts(at)
    click(at, "undo")
    kept: Case = desk.case(case.id)
    assert len(kept.rounds) == 1
    assert not kept.contacts


def test_the_answer_letter_is_one_click_away(app: AppTest, desk: Desk) -> None:  # noqa: F811
    at = part(opened(app, desk.open_example(), "ultimatum"), "documents")
    click(at, "to_ultimatum_response")
    assert at.session_state["document"] == "ultimatum_response"


def _submit(at: AppTest, form: str) -> str:
    return next(str(b.key) for b in at.button if form in str(b.key) and "FormSubmitter" in str(b.key))
