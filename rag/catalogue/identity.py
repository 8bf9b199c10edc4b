"""Which sightings are one paper: a pure function of the set of sightings, whatever the order of adding.

Two records with different ids of their own are never merged; an arXiv id joins the one paper that has it; a record
without an id joins the one paper with the same normalised title, unless its abstract differs too much or several
papers bear that title. Not handled: fuzzy titles; those are for a person to decide.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

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
    return f"text:{hash_of(record.title, record.abstract)}"


def fresh_id(record: Record) -> str:
    """Return the `paper_id` that a new paper gets: its own id, else its arXiv id, else a slug with a short hash."""
    return record.own_id or record.arxiv_id or f"{slug(record.title)}-{hash_of(normalise_title(record.title))[:6]}"


def distinct_id(record: Record) -> str:
    """Return a `paper_id` for a record whose fresh one another paper has: the hash covers the abstract too."""
    return f"{slug(record.title)}-{hash_of(normalise_title(record.title), record.abstract, record.own_id or '')[:10]}"


def partition(sightings: Sequence[Sighting]) -> list[Group]:
    """Return the groups of `sightings` that are one paper each."""
    records = [s.record for s in sightings]
    groups: dict[Name, list[int]] = defaultdict(list)
    for i, record in enumerate(records):
        if own := own_id(record):
            groups["own", own].append(i)
    holders = _bearers(groups, lambda i: records[i].arxiv_id)
    loose: dict[str | int, list[int]] = defaultdict(list)
    for i, record in enumerate(records):
        if own_id(record):
            continue
        if record.arxiv_id:
            mine = holders.get(record.arxiv_id, [])
            groups[mine[0] if len(mine) == 1 else ("arxiv", record.arxiv_id)].append(i)
        else:
            loose[title_key(record) or i].append(i)  # what has no title to go by stays alone
    bearers = _bearers(groups, lambda i: title_key(records[i]))
    alone: list[list[int]] = []
    joining: list[tuple[Name, list[int]]] = []  # only at the end: one that joins must not decide about the next
    for key, members in loose.items():
        homes, clusters = bearers.get(key, []), _clusters(members, records)
        near = _near(groups[homes[0]], clusters, records) if len(homes) == 1 else []
        joining += [(homes[0], cluster) for cluster in near]
        alone += [cluster for cluster in clusters if cluster not in near]
    for home, cluster in joining:
        groups[home] += cluster
    return [frozenset(members) for members in (*groups.values(), *alone)]


def _bearers(groups: Mapping[Name, Sequence[int]], key: Callable[[int], str | None]) -> dict[str | int, list[Name]]:
    """Return, per key, the groups of which a record bears it."""
    bearers: dict[str | int, list[Name]] = defaultdict(list)
    for name, members in groups.items():
        for told in {key(i) for i in members} - {None}:
            bearers[str(told)].append(name)
    return bearers


def _near(group: Sequence[int], clusters: list[list[int]], records: Sequence[Record]) -> list[list[int]]:
    """Return the clusters that belong to the group; where it has no abstract to compare with, the only one that has."""
    ours, told = _abstracts(group, records), [cluster for cluster in clusters if _abstracts(cluster, records)]
    if ours:
        near = [c for c in told if any(same_abstract(a, b) for a in ours for b in _abstracts(c, records))]
    else:
        near = told if len(told) == 1 else []
    return [cluster for cluster in clusters if cluster in near or cluster not in told]


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


def hash_of(*parts: str) -> str:
    """Return a hash over texts."""
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def has_id(part: Iterable[int], sightings: Sequence[Sighting]) -> bool:
    """Return whether any of these sightings tells an id."""
    return any(sightings[i].record.own_id or sightings[i].record.arxiv_id for i in part)
