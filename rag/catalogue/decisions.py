"""What a person decided about possible duplicates: these two are one paper, or these two are not.

A decision knows its papers by what their records tell, never by who came first, so that it holds in whatever order
files are added again. It overrides titles and abstracts, and unites papers with ids of their own; it cannot part
records that tell the same id. Where decisions contradict each other, keeping apart prevails.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum

from rag.catalogue.identity import Group, digest, likeness, own_id, sighting_key, title_key
from rag.nouns import Sighting

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
        one, other = _bearers(decision.one, traits), _bearers(decision.other, traits)
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
            one, other = _bearers(decision.one, traits), _bearers(decision.other, traits)
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


def _bearers(side: Side, traits: Sequence[Side]) -> Group:
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
