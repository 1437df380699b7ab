"""Which country, type, meeting or place a text means: candidates for the Reconciliation Service API 0.2.

After the report of the W3C Entity Reconciliation Community Group. Reading requests and answering is in `views`.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from pledges.api.vocabularies import VOCABULARY, Vocabulary
from pledges.letters import fold
from pledges.models.dates import iso
from pledges.query.base import clipped
from pledges.query.per_version import per_version
from pledges.record import folding

# queries in one batch, characters of one, candidates for it: what is not asked for, and at most
MOST_QUERIES, LONGEST_QUERY = 100, 300
CANDIDATES, MOST_CANDIDATES = 10, 50
# candidates below this share hardly more than an article
LEAST_SCORE = 30
# fields of a query; those of the specification that do nothing here are taken, and change nothing
FIELDS = {"query", "type", "limit", "properties", "type_strict"}
SUGGESTED = 20


class TooMany(ValueError):
    """More queries at once than are answered."""


@dataclass(frozen=True)
class Kind:
    """A type of entity: the rows of a vocabulary; `told` says in a few words which of its like one is."""

    id: str
    label: str | Promise
    vocabulary: Vocabulary
    codes: tuple[str, ...]  # the fields that hold a code, or nothing
    told: Callable[[Model], str]

    @property
    def as_json(self) -> dict[str, str]:
        return {"id": self.id, "name": str(self.label)}


def meeting_in_words(meeting: Model) -> str:
    when = iso(meeting.start_on, meeting.date_precision)
    return f"{meeting.location}, {when}" if meeting.location else when


KINDS = {
    kind.id: kind
    for kind in (
        Kind("country", _("Country"), VOCABULARY["countries"], ("iso2", "iso3", "wikidata"), lambda row: row.iso3),
        Kind("type", _("Type of pledge"), VOCABULARY["types"], ("slug",), lambda row: row.get_group_display()),
        Kind("meeting", _("Meeting"), VOCABULARY["meetings"], ("slug",), meeting_in_words),
        Kind("place", _("Place"), VOCABULARY["places"], ("slug",), lambda row: str(row.country or "")),
    )
}


@dataclass(frozen=True)
class Spelling:
    """A name as it is compared: the pieces that the search seeks, and what of letters stands side by side."""

    text: str

    @cached_property
    def pieces(self) -> frozenset[str]:
        return frozenset(folding.sought(self.text))

    @cached_property
    def pairs(self) -> frozenset[str]:
        text = f" {fold(self.text)} "
        return frozenset(text[n : n + 2] for n in range(len(text) - 1))


@dataclass(frozen=True)
class Entity:
    """What a text can mean."""

    id: str
    name: str
    description: str
    kind: Kind
    path: str  # of its page
    codes: frozenset[str]  # folded
    names: tuple[Spelling, ...]
    words: str  # of all its names, as `folding.search_text` has them

    def scored(self, asked: Spelling) -> dict[str, Any]:
        """How well a text fits: the features and the score of the best of its names."""
        by_code = fold(asked.text) in self.codes
        same = bool(asked.pieces) and any(asked.pieces == name.pieces for name in self.names)
        found = sum(piece in self.words for piece in asked.pieces)
        words = found / len(asked.pieces) if asked.pieces else 0
        letters = max(dice(asked.pairs, name.pairs) for name in self.names)
        score = 100 if by_code or same else min(99, round(50 * words + 50 * letters))
        features = {"code": by_code, "name": same, "words": round(words, 2), "letters": round(letters, 2)}
        return {"score": score, "features": [{"id": name, "value": value} for name, value in features.items()]}


def dice(one: frozenset[str], other: frozenset[str]) -> float:
    """How much two sets have in common: from 0 to 1."""
    return 2 * len(one & other) / (len(one) + len(other)) if one or other else 0


def entities() -> dict[str, Entity]:
    """{id: what readers see of each kind}."""
    return per_version("entities", lambda: {entity.id: entity for kind in KINDS.values() for entity in of_kind(kind)})


def of_kind(kind: Kind) -> Iterator[Entity]:
    for row in kind.vocabulary.rows():
        id_ = f"{kind.id}:{getattr(row, kind.vocabulary.key)}"
        others = getattr(row, "alt_names", "").split(";")
        names = [name.strip() for name in (row.name_en, row.name_ar, *others) if name.strip()]
        with override("en"):
            told = kind.told(row)
            yield Entity(
                id_,
                row.name_en,
                " · ".join(filter(None, (row.name_ar, told))),
                kind,
                kind.vocabulary.address_of(row),
                frozenset(map(fold, filter(None, (id_, *(getattr(row, field) for field in kind.codes))))),
                tuple(map(Spelling, names)),
                folding.search_text(names),
            )


# Questions


@dataclass(frozen=True)
class Query:
    text: Spelling
    kinds: frozenset[str]  # empty: any
    limit: int


def read_batch(text: str) -> dict[str, Query]:
    """{the client's own key: the query}; ValueError with a message for who asked, `TooMany` for too many of them."""
    try:
        batch = json.loads(text)
        # what no answer could repeat
        json.dumps(batch, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise ValueError(gettext("“queries” is no JSON that can be read.")) from None
    if not isinstance(batch, dict):
        raise ValueError(gettext("“queries” has to be a JSON object: a query for each key."))
    if len(batch) > MOST_QUERIES:
        words = gettext("These are %(count)d queries; at most %(most)d are answered at once.")
        raise TooMany(words % {"count": len(batch), "most": MOST_QUERIES})
    return {key: read_query(key, asked) for key, asked in batch.items()}


def read_query(key: str, asked: Any) -> Query:
    def refuse(words: str, **values: Any):
        where = gettext("Query “%(key)s”: %(what)s") % {"key": clipped(key, 20), "what": words % values}
        raise ValueError(where)

    if not isinstance(asked, dict):
        refuse(gettext("it has to be a JSON object."))
    if unknown := sorted(asked.keys() - FIELDS):
        refuse(gettext("the field “%(field)s” is not known."), field=clipped(unknown[0], 40))
    text = asked.get("query", "")
    if not isinstance(text, str) or len(text) > LONGEST_QUERY:
        refuse(gettext("“query” has to be a text of at most %(most)d characters."), most=LONGEST_QUERY)
    if not text.strip() and not asked.get("properties"):
        refuse(gettext("“query” is empty."))
    kinds = asked.get("type") or []
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if not isinstance(kinds, list) or not all(isinstance(kind, str) and kind in KINDS for kind in kinds):
        refuse(gettext("“type” has to be one or several of these: %(known)s."), known=", ".join(KINDS))
    limit = asked.get("limit", CANDIDATES)
    if isinstance(limit, bool) or not isinstance(limit, int | float) or not limit >= 1:
        refuse(gettext("“limit” has to be a number from 1."))
    return Query(Spelling(text.strip()), frozenset(kinds), int(min(limit, MOST_CANDIDATES)))


# Answers


def candidates(query: Query, among: Iterable[Entity]) -> list[dict[str, Any]]:
    """The candidates for a query, the best first; the one that its name or code alone tells is a match."""
    found = [
        (entity, entity.scored(query.text)) for entity in among if not query.kinds or entity.kind.id in query.kinds
    ]
    found = [(entity, told) for entity, told in found if told["score"] >= LEAST_SCORE]
    certain = sum(told["score"] == 100 for _entity, told in found)
    found.sort(key=lambda pair: (-pair[1]["score"], pair[0].id))
    return [
        {
            "id": entity.id,
            "name": entity.name,
            "description": entity.description,
            "type": [entity.kind.as_json],
            **told,
            "match": told["score"] == 100 and certain == 1,
        }
        for entity, told in found[: query.limit]
    ]


def answers(batch: dict[str, Query]) -> dict[str, Any]:
    among = entities().values()
    return {key: {"result": candidates(query, among)} for key, query in batch.items()}


def suggested(prefix: str, skipped: int) -> dict[str, Any]:
    """The entities of which a name, a word of one or a code begins so, by name; last those with the code alone."""
    start, pieces = fold(prefix).strip(), folding.sought(prefix)

    def is_named(entity: Entity) -> bool:
        return any(f" {start}" in f" {fold(name.text)}" for name in entity.names) or (
            bool(pieces) and all(piece in entity.words for piece in pieces)
        )

    def has_code(entity: Entity) -> bool:
        return any(code.startswith(start) for code in entity.codes)

    begin = [entity for entity in entities().values() if start and (is_named(entity) or has_code(entity))]
    found = sorted(begin, key=lambda entity: (not is_named(entity), entity.name, entity.id))
    return {
        "result": [
            {
                "id": entity.id,
                "name": entity.name,
                "description": entity.description,
                "notable": [entity.kind.as_json],
            }
            for entity in found[skipped : skipped + SUGGESTED]
        ]
    }


def manifest(service: str, site: str) -> dict[str, Any]:
    """What the service is and can do; `service` is its own absolute address."""
    return {
        "versions": ["0.2"],
        "name": "Coalition Pledges",
        "identifierSpace": f"{service}/entity/",
        "schemaSpace": f"{site}/api/v1/openapi.json",
        "documentation": f"{site}/en/about/data/",
        "defaultTypes": [kind.as_json for kind in KINDS.values()],
        "view": {"url": f"{service}/entity/{{{{id}}}}"},
        "suggest": {"entity": {"service_url": service, "service_path": "/suggest"}},
        "batchSize": MOST_QUERIES,
    }
