"""Which sightings are one paper: a pure function of the set of sightings, whatever the order of adding.

Two records with different ids of their own are never merged; an arXiv id joins the one paper that has it; a record
without an id joins the one paper with the same normalised title, unless its abstract differs too much or several
papers bear that title. Not handled: fuzzy titles; those are for a person to decide.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum

from rag.base.text.titles import is_generic, normalise_title, slug
from rag.nouns import Record, Sighting

SAME_ABSTRACT = 0.5
"""Two abstracts under one title belong together from this Dice overlap of their words on."""


Name = tuple[str, str]
"""What holds a group together: the kind of an id, and the id."""
Group = frozenset[int]
"""Sightings, by their place in the sequence given, that are one paper."""


def title_key(record: Record) -> str | None:
    """Return the key by which titles are compared; None for a title that may never merge anything."""
    return None if is_generic(record.title) else normalise_title(record.title)


def own_id(record: Record) -> str | None:
    """Return the id that the source gave of its own accord; an arXiv id is everybody's, and no record's own."""
    return record.own_id if record.own_id != record.arxiv_id else None


def sighting_key(record: Record) -> str:
    """Return what identifies a record within its page, so that adding the page again is an edit."""
    if record.own_id:
        return f"id:{record.own_id}"
    if record.arxiv_id:
        return f"arxiv:{record.arxiv_id}"
    if key := title_key(record):
        return f"title:{key}"
    return f"text:{digest(record.title, record.abstract)}"


def fresh_id(record: Record) -> str:
    """Return the `paper_id` that a new paper gets: its own id, else its arXiv id, else a slug with a short hash."""
    return record.own_id or record.arxiv_id or f"{slug(record.title)}-{digest(normalise_title(record.title))[:6]}"


def distinct_id(record: Record) -> str:
    """Return a `paper_id` for a record whose fresh one another paper has: the hash covers the abstract too."""
    return f"{slug(record.title)}-{digest(normalise_title(record.title), record.abstract, record.own_id or '')[:10]}"


def partition(sightings: Sequence[Sighting]) -> list[Group]:
    """Return the groups of `sightings` that are one paper each."""
    records = [s.record for s in sightings]
    groups: dict[Name, list[int]] = {}
    loose: dict[str, list[int]] = {}
    lone: list[list[int]] = []
    for i, record in enumerate(records):
        if own := own_id(record):
            groups.setdefault(("own", own), []).append(i)
    holders = _bearers(groups, records, lambda record: record.arxiv_id)
    for i, record in enumerate(records):
        if own_id(record):
            continue
        if record.arxiv_id:
            mine = holders.get(record.arxiv_id, [])
            groups.setdefault(mine[0] if len(mine) == 1 else ("arxiv", record.arxiv_id), []).append(i)
        elif key := title_key(record):
            loose.setdefault(key, []).append(i)
        else:
            lone.append([i])
    lone += _place_loose(loose, groups, records)
    return [frozenset(members) for members in (*groups.values(), *lone)]


def _bearers(
    groups: Mapping[Name, Sequence[int]], records: Sequence[Record], key: Callable[[Record], str | None]
) -> dict[str, list[Name]]:
    """Return, per key, the groups of which a record bears it."""
    bearers: dict[str, list[Name]] = {}
    for name, members in groups.items():
        for told in {key(records[i]) for i in members} - {None}:
            bearers.setdefault(str(told), []).append(name)
    return bearers


def _place_loose(
    loose: dict[str, list[int]], groups: dict[Name, list[int]], records: Sequence[Record]
) -> list[list[int]]:
    """Put records without an id into the one group that bears their title; return those that stay alone."""
    bearers = _bearers(groups, records, title_key)
    # As told by ids alone: what a loose record adds must not decide about the next one.
    before = {name: tuple(members) for name, members in groups.items()}
    alone: list[list[int]] = []
    for key, members in loose.items():
        clusters = _clusters(members, records)
        named = bearers.get(key, [])
        joining = _joining(before[named[0]], clusters, records) if len(named) == 1 else []
        for cluster in clusters:
            if cluster in joining:
                groups[named[0]].extend(cluster)
            else:
                alone.append(cluster)
    return alone


def _joining(group: Sequence[int], clusters: list[list[int]], records: Sequence[Record]) -> list[list[int]]:
    """Return the clusters that belong to the group; where it has no abstract to compare with, the only one that has."""
    if not _abstracts(group, records):
        told = [cluster for cluster in clusters if _abstracts(cluster, records)]
        return clusters if len(told) <= 1 else [cluster for cluster in clusters if cluster not in told]
    ours = _abstracts(group, records)
    return [
        cluster
        for cluster in clusters
        if not (theirs := _abstracts(cluster, records)) or any(same_abstract(a, b) for a in ours for b in theirs)
    ]


def _abstracts(members: Sequence[int], records: Sequence[Record]) -> list[str]:
    """Return the abstracts, not the summaries, that `members` tell."""
    return [records[i].abstract for i in members if records[i].abstract and not records[i].abstract_is_summary]


def _clusters(members: Sequence[int], records: Sequence[Record]) -> list[list[int]]:
    """Return the connected components of `members` by their abstracts; summaries join when only one cluster stands."""
    full = [i for i in members if records[i].abstract and not records[i].abstract_is_summary]
    clusters: list[list[int]] = []
    for i in full:
        touching = [c for c in clusters if any(same_abstract(records[i].abstract, records[j].abstract) for j in c)]
        clusters = [c for c in clusters if c not in touching] + [sum(touching, [i])]
    short = [i for i in members if i not in set(full)]
    if len(clusters) == 1:
        return [clusters[0] + short]
    return clusters + ([short] if short else [])


def same_abstract(one: str, other: str) -> bool:
    """Return whether two abstracts share enough words to be two editions of one."""
    return likeness(one, other) >= SAME_ABSTRACT


def likeness(one: str, other: str) -> float:
    """Return the Dice overlap of two texts' word counts (Dice 1945), 0 to 1."""
    if one == other:
        return 1.0
    a, b = (Counter(re.findall(r"\w+", text.casefold())) for text in (one, other))
    return 2 * sum((a & b).values()) / ((sum(a.values()) + sum(b.values())) or 1)


def digest(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


# ----------------------------------------------------------------------------------------------------
# What a person decided about possible duplicates: these two are one paper, or these two are not.
#
# A decision knows its papers by what their records tell, never by who came first, so that it holds in whatever order
# files are added again. It overrides titles and abstracts, and unites papers with ids of their own; it cannot part
# records that tell the same id. Where decisions contradict each other, keeping apart prevails.

_BETWEEN = "\x1f"


class Verdict(StrEnum):
    """What was decided."""

    SAME = "same"
    APART = "apart"


@dataclass(frozen=True, slots=True)
class Side:
    """What one paper of a decision is known by: its strongest ids, else its texts, and where these were seen."""

    own: tuple[str, ...] = ()
    arxiv: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    """Title key and a digest of the abstract."""
    places: tuple[str, ...] = ()
    """Page and sighting key."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision; `names` are the ids that the two papers had then."""

    verdict: Verdict
    one: Side
    other: Side
    names: tuple[str, str]

    def links(self) -> dict[str, set[str]]:
        """Return by which values of which column its sightings can be found; "place" is page and key."""
        sides = (self.one, self.other)
        return {
            "own_id": {name for side in sides for name in side.own},
            "arxiv_id": {name for side in sides for name in side.arxiv},
            "title_key": {text.split(_BETWEEN)[0] for side in sides for text in side.texts},
            "place": {place for side in sides for place in side.places},
        }


def place(page: str, key: str) -> str:
    """Return where a sighting stands, as one value."""
    return page + _BETWEEN + key


def side_of(sightings: Iterable[Sighting]) -> Side:
    """Return what the paper that `sightings` tell of is to be known by."""
    told = [_traits(sighting) for sighting in sightings]
    for kind in ("own", "arxiv"):
        if ids := {name for one in told for name in getattr(one, kind)}:
            return Side(**{kind: tuple(sorted(ids))})
    return Side(
        texts=tuple(sorted({text for one in told for text in one.texts})),
        places=tuple(sorted({where for one in told for where in one.places})),
    )


def decided(groups: Sequence[Group], sightings: Sequence[Sighting], decisions: Sequence[Decision]) -> list[Group]:
    """Return `groups` as they are once the decisions are heeded."""
    apart = apart_pairs(sightings, decisions)
    parts = list(groups)
    for one, other in apart:
        parts = [piece for part in parts for piece in _split(part, one, other, sightings)]
    traits = [_traits(sighting) for sighting in sightings] if decisions else []
    for decision in decisions:
        one, other = _meant(decision.one, traits), _meant(decision.other, traits)
        if decision.verdict is Verdict.SAME and one and other:
            parts = _united(parts, one | other, apart, sightings)
    return parts


def doubts(groups: Sequence[Group], sightings: Sequence[Sighting], decisions: Sequence[Decision]) -> list[str | None]:
    """Return why each group may be another's duplicate: it has no id, and another not set apart bears its title."""
    apart = apart_pairs(sightings, decisions)
    keys = [{title_key(sightings[i].record) for i in group} - {None} for group in groups]
    bearers: dict[str | None, list[Group]] = {}
    for group, told in zip(groups, keys, strict=True):
        for key in told:
            bearers.setdefault(key, []).append(group)
    found: list[str | None] = []
    for group, told in zip(groups, keys, strict=True):
        rivals = {rival for key in told for rival in bearers[key] if not are_apart(group, rival, apart)} - {group}
        why = "several papers bear this title" if len(rivals) > 1 else "same title, another abstract"
        found.append(why if rivals and not _has_id(group, sightings) else None)
    return found


def apart_pairs(sightings: Sequence[Sighting], decisions: Iterable[Decision]) -> list[tuple[Group, Group]]:
    """Return, per decision to keep apart, which of `sightings` belong to one paper and which to the other."""
    traits = [_traits(sighting) for sighting in sightings]
    pairs = []
    for decision in decisions:
        if decision.verdict is Verdict.APART:
            one, other = _meant(decision.one, traits), _meant(decision.other, traits)
            pairs.append((one - other, other - one))  # what tells both ids is one paper, whatever was decided
    return [pair for pair in pairs if all(pair)]


def are_apart(one: Group, other: Group, apart: Iterable[tuple[Group, Group]]) -> bool:
    """Return whether a decision keeps two sets of sightings apart."""
    return any((one & a and other & b) or (one & b and other & a) for a, b in apart)


def _traits(sighting: Sighting) -> Side:
    """Return all that a sighting can be known by."""
    record = sighting.record
    own, key = own_id(record), title_key(record)
    return Side(
        own=(own,) if own else (),
        arxiv=(record.arxiv_id,) if record.arxiv_id else (),
        texts=(key + _BETWEEN + digest(record.abstract)[:16],) if key else (),
        places=(place(sighting.page, sighting_key(record)),),
    )


def _meant(side: Side, traits: Sequence[Side]) -> Group:
    """Return the sightings that a side means: those with its strongest trait that any of them has."""
    for kind in (field.name for field in fields(Side)):
        wanted = set(getattr(side, kind))
        bearing = frozenset(i for i, one in enumerate(traits) if wanted & set(getattr(one, kind)))
        if kind in ("texts", "places"):  # a record that has learned an id since only counts where no other does
            bearing = frozenset(i for i in bearing if not traits[i].own and not traits[i].arxiv) or bearing
        if bearing:
            return bearing
    return frozenset()


def _has_id(part: Iterable[int], sightings: Sequence[Sighting]) -> bool:
    return any(sightings[i].record.own_id or sightings[i].record.arxiv_id for i in part)


def _split(part: Group, one: Group, other: Group, sightings: Sequence[Sighting]) -> list[Group]:
    """Return `part` in two where it holds both sides; records of neither go with the nearer abstract."""
    staying, leaving = part & one, part & other
    if _has_id(leaving, sightings):
        staying, leaving = leaving, staying
    if not staying or not leaving or _has_id(leaving, sightings):
        return [part]

    def nearest(i: int, side: Group) -> float:
        return max(likeness(sightings[i].record.abstract, sightings[j].record.abstract) for j in side)

    rest = [i for i in part - staying - leaving if not _has_id([i], sightings)]
    gone = leaving | {i for i in rest if nearest(i, leaving) > nearest(i, staying)}
    return [part - gone, gone]


def _united(
    parts: list[Group],
    chosen: Group,
    apart: Sequence[tuple[Group, Group]],
    sightings: Sequence[Sighting],
) -> list[Group]:
    """Return `parts` with those that hold any of `chosen` as one, but for those that are kept apart from it."""
    touching = sorted((p for p in parts if p & chosen), key=lambda p: min(repr(sightings[i]) for i in p))
    whole, left = touching[0], []
    for part in touching[1:]:
        if are_apart(whole, part, apart):
            left.append(part)
        else:
            whole |= part
    return [part for part in parts if part not in touching] + [whole, *left]
