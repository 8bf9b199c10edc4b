BEGIN TRANSACTION;
CREATE TABLE aliases (alias text primary key, paper_id text not null) without rowid;
CREATE TABLE leaving (paper_id text primary key) without rowid;
CREATE TABLE meta (key text primary key, value text not null) without rowid;
INSERT INTO "meta" VALUES('embedder','{"name": "minilm@29bd8b243ff0", "dimension": 384, "probe": [-0.00908, -0.01571, 0.00282]}');
INSERT INTO "meta" VALUES('generation','7');
CREATE TABLE papers (
    number integer primary key,
    paper_id text not null unique,
    title text not null,
    date text,
    author_count integer,
    doubt text,
    text_hash text not null,
    indexed_hash text,
    body text not null
);
INSERT INTO "papers" VALUES(1,'fish','Fish of a Lake','2024-05',NULL,NULL,'a6eabbc4893ec084d5118c8f5f7d2235f917cc24f0842d33e93098c8a47dc41d','a6eabbc4893ec084d5118c8f5f7d2235f917cc24f0842d33e93098c8a47dc41d','{"paper_id": "fish", "title": "Fish of a Lake", "abstract": "We count perch in a small alpine lake. They return in May.", "sentences": [[0, 38], [39, 58]], "date": "2024-05", "pages": ["page"], "conflicts": []}');
INSERT INTO "papers" VALUES(3,'timing-of-stars-6bbe19','Timing of Stars','2023',2,NULL,'16ce96b715e45279518f5765030a29dc5107f4d4e3c74fe23db6ffbe43c84a86','16ce96b715e45279518f5765030a29dc5107f4d4e3c74fe23db6ffbe43c84a86','{"paper_id": "timing-of-stars-6bbe19", "title": "Timing of Stars", "abstract": "Variable stars of an open cluster are timed. We find 12.", "sentences": [[0, 44], [45, 56]], "date": "2023", "authors": ["A. Writer", "B. Author"], "author_count": 2, "pages": ["page"], "conflicts": []}');
INSERT INTO "papers" VALUES(4,'2401.01234','Bread and Yeast',NULL,NULL,NULL,'220840a89680627a04c31166b2b21ed3f8b860864aa56ed0cc2e15083b37018d','220840a89680627a04c31166b2b21ed3f8b860864aa56ed0cc2e15083b37018d','{"paper_id": "2401.01234", "title": "Bread and Yeast", "abstract": "Doughs are compared by their rise. Rye rises by 12%.", "sentences": [[0, 34], [35, 52]], "url": "https://arxiv.org/abs/2401.01234", "arxiv_id": "2401.01234", "pages": ["page"], "conflicts": []}');
CREATE TABLE sightings (
    id integer primary key,
    paper_id text not null,
    page text not null,
    key text not null,
    hash text not null,
    own_id text,
    arxiv_id text,
    title_key text,
    body text not null,
    unique (page, key)
);
INSERT INTO "sightings" VALUES(1,'fish','page','id:fish','8d3c72b44f9ead07070fa2314ab4f6bbdf0f902bef6923b66f37f73a7bca88d4','fish',NULL,'fish of a lake','{"page": "page", "format": "jsonl", "path": "page.jsonl", "line": 1, "record": {"title": "Fish of a Lake", "abstract": "We count perch in a small alpine lake. They return in May.", "own_id": "fish", "date": "2024-05", "date_text": "2024-05"}}');
INSERT INTO "sightings" VALUES(2,'timing-of-stars-6bbe19','page','title:timing of stars','c1998474a94deb806efd1ec486d4663caa8840f19a477c17c9f40b230652327c',NULL,NULL,'timing of stars','{"page": "page", "format": "jsonl", "path": "page.jsonl", "line": 2, "record": {"title": "Timing of Stars", "abstract": "Variable stars of an open cluster are timed. We find 12.", "date": "2023", "date_text": "2023", "authors": ["A. Writer", "B. Author"], "author_count": 2}}');
INSERT INTO "sightings" VALUES(3,'2401.01234','page','id:2401.01234','c706ea41229b9266af87b5b78dc12d1559492422b5f38ec3d7f0a4e295dadb53','2401.01234','2401.01234','bread and yeast','{"page": "page", "format": "jsonl", "path": "page.jsonl", "line": 3, "record": {"title": "Bread and Yeast", "abstract": "Doughs are compared by their rise. Rye rises by 12%.", "own_id": "2401.01234", "arxiv_id": "2401.01234", "url": "https://arxiv.org/abs/2401.01234"}}');
CREATE INDEX sightings_paper on sightings (paper_id);
CREATE INDEX sightings_own on sightings (own_id) where own_id is not null;
CREATE INDEX sightings_arxiv on sightings (arxiv_id) where arxiv_id is not null;
CREATE INDEX sightings_title on sightings (title_key) where title_key is not null;
CREATE INDEX papers_date on papers (date);
CREATE INDEX papers_stale on papers (number) where indexed_hash is not text_hash;
CREATE INDEX aliases_paper on aliases (paper_id);
COMMIT;
pragma user_version = 1;
