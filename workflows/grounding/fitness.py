"""Is a typed text fit to stand in a letter? Instructions to a machine, markup, links and formulas are not.

Such text is the user's to keep, but it never becomes evidence: a letter that carried it would obey, or leak through,
whoever wrote it. The rule is about form, so it does not depend on recognising one attack.
"""

import re
from collections.abc import Iterable

from workflows.domain.evidence import PrivateEvidence
from workflows.domain.language import figures
from workflows.grounding.phrases import JOINT_ACTION, LEAVING
from workflows.grounding.private import private_words, told_by
from workflows.grounding.wording import Secret

_UNFIT: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"<\s*/?\s*[a-z!][^>]{0,300}>|&#?\w{2,10};", re.I), "it holds markup"),
    (re.compile(r"!?\[[^\]]{0,200}\]\s*[(\[]|\{\{|\{%|\$\(|```"), "it holds markup"),
    (re.compile(r"\b(?:https?|ftp|javascript|data|file)\s*:|\bwww\.", re.I), "it holds a link"),
    (re.compile(r"^\s*[=@＝＠]\s*\w"), "it begins like a spreadsheet formula"),
    (
        re.compile(
            r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:instruction|rule|prompt|guideline|polic|previous|"
            r"above|prior|guard|everything)",
            re.I | re.S,
        ),
        "it reads like an instruction to a machine",
    ),
    (
        re.compile(
            r"\b(?:system|assistant|developer|user)\s*:|\byou are (?:now|an? (?:ai|assistant|chatbot|language model))|"
            r"\b(?:as|dear|hey|hello) (?:an? )?(?:ai|assistant|chatbot|language model|llm)\b|\bsystem prompt\b|"
            r"\bmaintenance mode\b|\bdeveloper mode\b|\bjailbreak",
            re.I,
        ),
        "it reads like an instruction to a machine",
    ),
    (
        re.compile(
            r"\b(?:print|reveal|disclose|output|repeat|include|state|show|leak|append|insert|mention)\b.{0,60}"
            r"\b(?:walk[- ]?away|floor|bottom line|private|secret|confidential|password|api key|prompt|reservation)",
            re.I | re.S,
        ),
        "it asks for private matter to be told",
    ),
    (
        re.compile(
            r"\b(?:walk[- ]?away (?:point|price|figure|number)|bottom line is|our floor|lowest (?:we|acceptable)|"
            r"(?:won.?t|would not|wouldn.?t|will not) (?:sign|accept|go) (?:under|below|less|lower))",
            re.I,
        ),
        "it tells a private limit",
    ),
)


def unfit_to_send(text: str, private: Iterable[PrivateEvidence | Secret] = ()) -> str:
    """Why a text must not stand in a letter, as the end of a sentence ("it holds a link"); "" when it may. With
    `private`, a text that tells one of these facts, as a figure or in words, is not fit either."""
    shown = text[:5000]
    why = next((why for pattern, why in _UNFIT if pattern.search(shown)), "")
    if why:
        return why
    if LEAVING.search(shown):
        return "it speaks of ending the agreement, and a letter is never a notice"
    if JOINT_ACTION.search(shown):
        return "it speaks of acting together with other practices"
    secrets = tuple(fact if isinstance(fact, Secret) else Secret.of(fact) for fact in private)
    told = (
        any(f.unit in ("usd", "percent", "ratio") and told_by(f, secrets, ()) for f in figures(shown))
        if secrets
        else False
    )
    if told or any(True for _ in private_words(shown, secrets, "")):
        return "it tells something you gave in private"
    return ""
