"""The guidance shelf: articles, disputes and recognized kinds of questions, loaded on first use and checked.

Kept apart from the catalog, which every page needs: no page but the guidance pages waits for a hundred articles.
"""

import hashlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from pydantic import TypeAdapter

from workflows.catalog import KNOWLEDGE, Catalog, catalog, compiles, repeated
from workflows.catalog.articles import GENERAL, read_article
from workflows.catalog.files import read_one
from workflows.domain.errors import KnowledgeFault
from workflows.domain.guidance import Article, AskedWords, Dispute, Entry, Recognized, Shelf, StatedWords


def load_shelf(known: Catalog, root: Path = KNOWLEDGE) -> Shelf:
    """Read knowledge/guidance; raises KnowledgeFault with all problems found."""
    problems: list[str] = []
    folder = root / "guidance"
    articles = [a for path in sorted(folder.glob("*.md")) if (a := read_article(path, problems))]
    disputes = read_one(folder / "disputes.yaml", TypeAdapter(tuple[Dispute, ...]), problems) or ()
    families = read_one(folder / "recognized.yaml", TypeAdapter(tuple[Recognized, ...]), problems) or ()
    recognized = _with_samples(families, folder / "samples.tsv", problems)
    words = read_one(folder / "words.yaml", TypeAdapter(AskedWords), problems) or AskedWords()
    told = read_one(folder / "told.yaml", TypeAdapter(StatedWords), problems) or StatedWords()
    if problems:
        raise KnowledgeFault(problems)
    entries = tuple(_entries(articles, recognized))
    content = [f"{entry.kind} {entry.owner} {entry.id}" for entry in entries] + [words.model_dump_json()]
    shelf = Shelf(
        articles={a.id: a for a in articles},
        disputes={d.id: d for d in disputes},
        recognized={r.id: r for r in recognized},
        words=words,
        told=told,
        entries=entries,
        digest=hashlib.sha256("\n".join(content).encode()).hexdigest()[:16],
    )
    for twice in (*repeated(d.id for d in disputes), *repeated(r.id for r in recognized)):
        problems.append(f"guidance: {twice} stands twice")
    problems += [*_article_problems(shelf, known), *_list_problems(shelf, known), *_told_problems(shelf, known)]
    if problems:
        raise KnowledgeFault(problems)
    return shelf


def _article_problems(shelf: Shelf, known: Catalog) -> Iterator[str]:
    fields = known.visibility()
    asked: dict[str, str] = {}
    for article in shelf.articles.values():
        place = f"guidance/{article.id}.md:2"
        for source in article.sources:
            if source not in known.sources:
                yield f"{place}: cites {source}, which the register does not hold"
        for dispute in article.disputes:
            if dispute not in shelf.disputes:
                yield f"{place}: takes a side of {dispute}, which disputes.yaml does not hold"
        for other in article.related:
            if other not in shelf.articles or other == article.id:
                yield f"{place}: is related to {other}, which is no other article"
        for fact in article.facts:
            if fact.field not in fields:
                yield f"{place}: hangs on the unknown field {fact.field}"
        for question in article.questions:
            if (first := asked.setdefault(question.casefold(), article.id)) != article.id:
                yield f"{place}: answers a question of {first} as well: {question}"
    linked = {other for article in shelf.articles.values() for other in article.related}
    for alone in sorted(shelf.articles.keys() - linked):
        yield f"guidance/{alone}.md:2: no other article leads here; name it in a neighbor's `related`"


def _list_problems(shelf: Shelf, known: Catalog) -> Iterator[str]:
    for dispute in shelf.disputes.values():
        for source in (source for side in dispute.sides for source in side.sources):
            if source not in known.sources and source != GENERAL:
                yield f"guidance/disputes.yaml:1: {dispute.id} cites {source}, which the register does not hold"
    together = compiles(*(f"(?:{'|'.join(signs)})" for signs in shelf.words.shows.values()))
    for name, signs in shelf.words.shows.items():
        if not together and not compiles(*signs):  # one by one takes four times as long, on every start
            yield f"guidance/words.yaml:1: {name} has a sign that is no regular expression"
    for kind in shelf.recognized.values():
        place = "guidance/recognized.yaml:1"
        if shelf.passage(kind.article, kind.heading) is None:
            yield f"{place}: {kind.id} leads to {kind.article}, {kind.heading}, which is not there"
        if kind.then and kind.then not in shelf.articles:
            yield f"{place}: {kind.id} goes on with {kind.then}, which is no article"
        for sign in {sign for row in kind.signs for sign in row} - shelf.words.shows.keys():
            yield f"{place}: {kind.id} has the sign {sign}, which words.yaml does not hold"
        for fact in kind.facts:
            if fact.field not in known.visibility():
                yield f"{place}: {kind.id} hangs on the unknown field {fact.field}"


def _told_problems(shelf: Shelf, known: Catalog) -> Iterator[str]:
    place, told = "guidance/told.yaml:1", shelf.told
    for field in (
        *(f for fields in told.fields.values() for f in fields),
        *told.own,
        *(ask.field for ask in told.asks),
    ):
        if field not in known.visibility():
            yield f"{place}: names the unknown field {field}"
    for name, article in told.articles.items():
        if article not in shelf.articles:
            yield f"{place}: articles: {name} is {article}, which is no article"
    for name, (article, heading) in told.steps.items():
        if shelf.passage(article, heading) is None:
            yield f"{place}: steps: {name} leads to {article}, {heading}, which is not there"
    for direct in told.direct:
        passage = shelf.passage(direct.article, direct.heading)
        if passage is None or not any(s.text.startswith(direct.begins) for s in passage.statements):
            yield f"{place}: direct: {direct.id} leads to {direct.article}, {direct.heading}, which is not there"
        if not compiles(*direct.asked, *direct.beside):
            yield f"{place}: direct: {direct.id} has a sign that is no regular expression"


def _with_samples(families: tuple[Recognized, ...], path: Path, problems: list[str]) -> tuple[Recognized, ...]:
    """The families with what samples.tsv holds for each: a line is family, `sample` or `lawful`, and the question."""
    held: dict[tuple[str, str], list[str]] = {(f.id, kind): [] for f in families for kind in ("sample", "lawful")}
    said: dict[str, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()[1:], 2):
        family, kind, text = (*line.split("\t"), "", "")[:3]
        if (family, kind) not in held or not text:
            problems.append(
                f"guidance/{path.name}:{number}: not a family, sample or lawful, and a question: {line[:60]}"
            )
        elif said.setdefault(text.casefold(), family) != family or text in held[family, kind]:
            problems.append(f"guidance/{path.name}:{number}: stands there twice: {text[:60]}")
        else:
            held[family, kind].append(text)
    return tuple(
        f.model_copy(update={"samples": tuple(held[f.id, "sample"]), "lawful": tuple(held[f.id, "lawful"])})
        for f in families
    )


def _entries(articles: list[Article], recognized: tuple[Recognized, ...]) -> Iterator[Entry]:
    corrections = {(kind.article, kind.heading) for kind in recognized if kind.kind == "premise"}
    for article in articles:
        for passage in article.passages:
            if (article.id, passage.heading) in corrections:  # found by the premise they correct
                continue
            text = f"{article.title}. {passage.heading}. {passage.text}"
            yield Entry(kind="passage", owner=article.id, heading=passage.heading, text=text)
        for question in article.questions:
            yield Entry(kind="question", owner=article.id, heading="Short answer", text=question)
    for kind in recognized:
        for sample in kind.samples:
            yield Entry(kind="sample", owner=kind.id, heading=kind.heading, text=sample)
        for sample in kind.lawful:
            yield Entry(kind="lawful", owner=kind.id, heading=kind.heading, text=sample)


@lru_cache(maxsize=2)
def shelf(root: Path = KNOWLEDGE) -> Shelf:
    """The guidance of `root`, loaded once a process."""
    return load_shelf(catalog(root), root)
