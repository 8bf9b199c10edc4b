"""The catalogue: one SQLite file, the one source of truth. Both indexes are derived from it."""

from rag.catalogue.damage import Lost
from rag.catalogue.duplicates import Duplicates
from rag.catalogue.regroup import Added
from rag.catalogue.store import Catalogue

__all__ = ["Added", "Catalogue", "Duplicates", "Lost"]
