"""The shipped model against its fp32 reference, and what every local embedder promises."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from eval.bench.peers import LlamaEmbedding
from rag.base.errors import EmbedderFailed
from rag.base.settings import Settings
from rag.models.embedder import SHIPPED, open_embedder
from rag.models.embedder.onnx_folder import OnnxEmbedder

REFERENCE = json.loads((SHIPPED / "reference.json").read_text(encoding="utf-8"))
TEXTS = [entry["text"] for entry in REFERENCE]
EXACT = np.array([entry["vector"] for entry in REFERENCE], dtype=np.float32)

# Measured: mean .9904, least .984. Weights of seven bits cost that much, and make every processor compute the same.
LEAST_MEAN, LEAST_WITH_WORDS, LEAST_BLANK = 0.985, 0.98, 0.98


@pytest.fixture(scope="module")
def embedder() -> OnnxEmbedder:
    return OnnxEmbedder(SHIPPED)


def test_the_shipped_model_agrees_with_its_fp32_reference(embedder: OnnxEmbedder) -> None:
    cosine = (embedder.embed(TEXTS) * EXACT).sum(axis=1)
    words = np.array([bool(text.strip()) for text in TEXTS])
    assert cosine.mean() >= LEAST_MEAN
    assert cosine[words].min() >= LEAST_WITH_WORDS
    assert cosine[~words].min() >= LEAST_BLANK


def test_every_vector_has_length_one(embedder: OnnxEmbedder) -> None:
    vectors = embedder.embed(TEXTS)
    assert vectors.shape == (len(TEXTS), embedder.dimension) == (len(TEXTS), 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_a_vector_does_not_depend_on_its_neighbours_nor_their_order(embedder: OnnxEmbedder) -> None:
    together = embedder.embed(TEXTS)
    np.testing.assert_array_equal(embedder.embed(TEXTS[::-1])[::-1], together)
    np.testing.assert_array_equal([embedder.embed([text])[0] for text in TEXTS], together)


def test_another_process_of_this_machine_makes_the_same_vector(embedder: OnnxEmbedder) -> None:
    code = (
        "from rag.models.embedder import open_embedder\n"
        "print(open_embedder().embed_query('value alignment').tobytes().hex())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == embedder.embed_query("value alignment").tobytes().hex()
    assert done.stderr == ""


def test_a_paraphrase_is_nearer_than_another_subject(embedder: OnnxEmbedder) -> None:
    query = embedder.embed_query("Which papers measure disagreement between annotators?")
    scores = embedder.embed([text for text in TEXTS if "\n" in text.strip()]) @ query
    assert int(scores[:4].argmax()) == 0  # the abstract about pooled annotators comes first among the four


def test_no_texts_make_no_rows(embedder: OnnxEmbedder) -> None:
    assert embedder.embed([]).shape == (0, 384)


@pytest.mark.parametrize("text", ["", " \n\t", "\ud83d alone", "\x00", "🐝" * 2000, "a" * 5000, "word " * 20_000])
def test_any_string_has_a_vector(embedder: OnnxEmbedder, text: str) -> None:
    assert np.isfinite(embedder.embed([text])).all()


def test_pieces_are_counted_before_any_is_cut_off(embedder: OnnxEmbedder) -> None:
    # [CLS] bees [SEP]; [CLS] [SEP]; 600 words and the two
    assert embedder.count_tokens(["bees", "", "word " * 600]) == [3, 2, 602]
    assert embedder.max_tokens == 512
    assert max(embedder.count_tokens(TEXTS)) > 600


def test_what_lies_beyond_the_limit_changes_nothing(embedder: OnnxEmbedder) -> None:
    long = "word " * 510
    np.testing.assert_array_equal(embedder.embed_query(long), embedder.embed_query(long + "bees " * 50))
    assert not np.array_equal(embedder.embed_query(long), embedder.embed_query("word " * 509 + "bees"))


def test_threads_may_share_an_embedder() -> None:
    embedder = OnnxEmbedder(SHIPPED)
    with ThreadPoolExecutor(4) as pool:
        vectors = list(pool.map(embedder.embed_query, ["bees"] * 8))
    assert all(np.array_equal(vector, vectors[0]) for vector in vectors)


def test_the_name_follows_the_content(embedder: OnnxEmbedder, tmp_path: Path) -> None:
    copy = tmp_path / "minilm"
    shutil.copytree(SHIPPED, copy)
    assert OnnxEmbedder(copy).name == embedder.name == open_embedder(Settings(embed_model=str(copy))).name
    with (copy / "tokenizer.json").open("a") as file:
        file.write(" ")
    assert OnnxEmbedder(copy).name != embedder.name


def test_the_shipped_files_are_those_that_provenance_names() -> None:
    from hashlib import sha256

    provenance = (SHIPPED / "PROVENANCE.md").read_text(encoding="utf-8")
    for name in ("model.onnx", "question.onnx", "tokenizer.json", "reference.json"):
        assert sha256((SHIPPED / name).read_bytes()).hexdigest() in provenance, name


def test_a_folder_without_a_model_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(EmbedderFailed, match=r"no model\.onnx"):
        open_embedder(Settings(embed_model=str(tmp_path)))


def test_a_damaged_model_is_an_error_of_ours(tmp_path: Path) -> None:
    shutil.copy(SHIPPED / "tokenizer.json", tmp_path)
    (tmp_path / "model.onnx").write_bytes(b"not a model")
    with pytest.raises(EmbedderFailed, match="cannot be loaded"):
        OnnxEmbedder(tmp_path).embed(["bees"])


def test_importing_and_opening_loads_no_runtime() -> None:
    code = "import sys; from rag.models.embedder import open_embedder; open_embedder(); print('\\n'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"numpy", "onnxruntime", "tokenizers", "openai", "llama_index"} & set(done.stdout.split())


def test_llama_index_gets_the_same_vectors(embedder: OnnxEmbedder) -> None:
    adapter = LlamaEmbedding(embedder)
    assert adapter.model_name == embedder.name
    assert adapter.get_query_embedding("bees") == embedder.embed_query("bees").tolist()
    assert adapter.get_text_embedding_batch(TEXTS[:3]) == embedder.embed(TEXTS[:3]).tolist()


async def _ask(adapter: LlamaEmbedding) -> list[float]:
    return list(await adapter.aget_query_embedding("bees"))


def test_llama_index_may_ask_asynchronously(embedder: OnnxEmbedder) -> None:
    import asyncio

    assert asyncio.run(_ask(LlamaEmbedding(embedder))) == embedder.embed_query("bees").tolist()
