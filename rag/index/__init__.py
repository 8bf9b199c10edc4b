"""The two indexes, derived from the catalogue and kept in step with it; and how they grow.

A paper takes about 7 KB in the catalogue, 2 KB as a vector and its neighbours, and .4 KB as words. One
machine holds as many papers as it has memory for their vectors: 75,000 in 150 MB, all of arXiv (3 million) in 6 GB.

Beyond that, or with several workers, `RAG_CHROMA_URL` moves the vectors to a Chroma server, under the library's own
id. One worker adds. The others have a copy of its folder, `library.db` with the words derived from it, made
while nobody adds and copied anew after each `add`; they ask the same server. Until then a worker knows what its copy
knows: papers that are newer are passed over. Without a server's answer a search fails and says so; papers that could
not be written wait in the catalogue for the next `add`.

Chroma's distributed deployment takes over the sharding, the copies and the storage of vectors behind the same client.
Chroma Cloud does too, but wants a key and smaller batches, which are not handled here. A server is to be reached by
trusted machines alone (see the README's limits). The word index stays with each worker: at 3 million papers it takes
about 1 GB of disk, and tantivy maps it into memory as far as there is room.
"""

from __future__ import annotations

from rag.index.sync import Indexes

__all__ = ["Indexes"]
