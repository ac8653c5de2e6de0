"""Whether what ships is sound: every shelf of knowledge/, the samples of the clauses, and the vectors of the guidance beside their texts."""

from workflows.catalog import Catalog
from workflows.catalog.clauses import load_clauses
from workflows.catalog.shelf import load_shelf
from workflows.contracts.samples import sample_problems
from workflows.domain.errors import KnowledgeFault


def knowledge_problems() -> tuple[str, ...]:
    """Everything that is wrong, as lines of file, line and what; empty when all is sound."""
    from workflows.adapters.shipped import read_shipped

    try:
        shelf = load_shelf(Catalog.load())
        clauses = load_clauses()
    except KnowledgeFault as fault:
        return fault.problems
    if wrong := tuple(sample_problems(clauses)):
        return wrong
    if problem := read_shipped().problem(shelf):
        return (f"guidance/vectors.npz:1: {problem}; run `parley check --embed`",)
    return ()


def embed_guidance() -> int:
    """Embed the guidance texts that have no vector yet and write the file that ships; returns how many there were.
    Raises KnowledgeFault where the shelf is not sound, Refused where the embedding is not installed as it should be."""
    from workflows.adapters.shipped import ship

    return ship(load_shelf(Catalog.load()))
