"""Whether what ships is sound: every shelf of knowledge/, prompts/, the samples of the clauses, and the vectors of the guidance beside their texts."""

from workflows.catalog import KNOWLEDGE, Catalog
from workflows.catalog.clauses import load_clauses
from workflows.catalog.prompts import load_prompts
from workflows.catalog.redline import load_redline
from workflows.catalog.rewording import load_framing
from workflows.catalog.shelf import load_shelf
from workflows.catalog.ultimatum import load_ultimatum
from workflows.contracts.likeness import AKIN, NOTHING, lessons
from workflows.contracts.samples import sample_problems
from workflows.domain.errors import KnowledgeFault

_COMMON_WORDS = 12_000  # of English, whose meaning is learned whether a sample has them or not


def knowledge_problems() -> tuple[str, ...]:
    """Everything that is wrong, as lines of file, line and what; empty when all is sound."""
    from workflows.adapters.leaning import taught_problem
    from workflows.adapters.shipped import read_shipped

    try:
        known = Catalog.load()
        shelf = load_shelf(known)
        clauses = load_clauses()
        load_prompts()
        load_redline()
        load_framing()
        load_ultimatum(known)
    except KnowledgeFault as fault:
        return fault.problems
    if clauses.likeness is None or clauses.likeness.digest != clauses.lesson:
        return ("contracts/likeness.tsv:1: it was learned from other samples or words; run `parley check --learn`",)
    if wrong := tuple(sample_problems(clauses)):
        return wrong
    if problem := read_shipped().problem(shelf):
        return (f"guidance/vectors.npz:1: {problem}; run `parley check --embed`",)
    if problem := taught_problem(shelf):
        return (f"guidance/kinds.npz:1: {problem}; run `python tests/teach_kinds.py`",)
    return ()


def embed_guidance() -> int:
    """Embed the guidance texts that have no vector yet and write the file that ships; returns how many there were.
    Raises KnowledgeFault where the shelf is not sound, Refused where the embedding is not installed as it should be."""
    from workflows.adapters.shipped import ship

    return ship(load_shelf(Catalog.load()))


def learn_clauses() -> int:
    """Learn the samples of the clauses and write what ships; returns how many there were. Raises KnowledgeFault where the
    shelf is not sound, Refused where the embedding is not installed as it should be."""
    from workflows.adapters.embeddings import Embedder
    from workflows.adapters.learn_clauses import common_words, learn, meanings, write

    clauses = load_clauses()
    rows = tuple(lessons(clauses))
    embedder = Embedder.open()
    taught = sorted({f[1:] for _, found in rows for f in found if f.startswith(AKIN) and f[1:].isalpha()})
    words = tuple(dict.fromkeys((*common_words(embedder.tokens, _COMMON_WORDS), *taught)))
    write(KNOWLEDGE / "contracts", clauses.lesson, learn(rows, meanings(words, embedder), AKIN, NOTHING))
    return len(rows)
