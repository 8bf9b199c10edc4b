"""Makes the shipped int8 model from the published weights: run once by hand, never when the library is used.

    python -m rag.embedder.export --weights FOLDER/model.safetensors --out DIR [--measure PAPERS.jsonl]

`config.json` and `tokenizer.json` are read beside the weights. It needs torch, transformers, safetensors and onnx
(the versions used stand in `minilm/PROVENANCE.md`), none of which the library itself wants. `--measure` prints how far
the int8 vectors are from those of the fp32 graph, and how many texts a second are embedded, on the first 300 lines of
a JSON-lines file of `title` and `abstract`. The texts of `reference.json` are those of the shipped one.

Not handled: any other architecture than BERT, any other weights than those whose hash is below.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from rag.embedder import SHIPPED
from rag.embedder.onnx_folder import OnnxEmbedder

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
MAX_TOKENS = 512  # positions of the model; the published tokenizer stops at 128, which loses most of an abstract
OPSET = 17
MEASURED = 300


def main(argv: Sequence[str] | None = None) -> None:
    """Export, quantise, write the reference vectors, and measure if asked to."""
    parser = argparse.ArgumentParser(prog="python -m rag.embedder.export")
    parser.add_argument("--weights", type=Path, required=True, metavar="FOLDER/model.safetensors")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--measure", type=Path, metavar="PAPERS.jsonl")
    wanted = parser.parse_args(argv)
    if sha256(wanted.weights.read_bytes()).hexdigest() != WEIGHTS_SHA256:
        parser.error(f"{wanted.weights} is not the published model.safetensors (its SHA-256 differs)")
    wanted.out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as scratch:
        make(wanted.weights, wanted.out, Path(scratch), wanted.measure)


def make(weights: Path, out: Path, scratch: Path, papers: Path | None) -> None:
    """Write `model.onnx`, `tokenizer.json` and `reference.json` into `out`; `scratch` keeps the fp32 model."""
    for folder in (scratch, out):
        write_tokenizer(weights.with_name("tokenizer.json"), folder / "tokenizer.json")
    export_fp32(load_bert(weights), scratch / "model.onnx")
    quantise(scratch / "model.onnx", out / "model.onnx", scratch / "prepared.onnx")
    exact, shipped = OnnxEmbedder(scratch), OnnxEmbedder(out)
    write_reference(exact, out / "reference.json")
    for path in sorted(out.iterdir()):
        print(f"{sha256(path.read_bytes()).hexdigest()}  {path.name}")
    if papers:
        measure(exact, shipped, papers)


def write_tokenizer(source: Path, target: Path) -> None:
    """Copy the tokenizer with truncation at the model's own limit and without its fixed padding."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(source))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS)
    tokenizer.save(str(target), pretty=False)


def load_bert(weights: Path) -> Any:
    """Return the encoder without its pooler, which the sentence model does not use."""
    transformers, safetensors = import_module("transformers"), import_module("safetensors.torch")
    config = transformers.BertConfig.from_pretrained(str(weights.parent))
    config._attn_implementation = "eager"  # plain matrix products, which the ONNX runtime fuses and quantises
    bert = transformers.BertModel(config, add_pooling_layer=False)
    unused = ("pooler.", "embeddings.position_ids")
    state = {k: v for k, v in safetensors.load_file(weights).items() if not k.startswith(unused)}
    bert.load_state_dict(state)
    return bert.eval()


def export_fp32(bert: Any, target: Path) -> None:
    """Write the encoder, mean pooling and normalisation as one graph: ids and mask in, unit vectors out."""
    torch = import_module("torch")
    mask = torch.ones(2, 7, dtype=torch.long)
    mask[1, 4:] = 0  # a padded row, so that the tracer sees a mask that masks
    axes = {0: "texts", 1: "pieces"}
    torch.onnx.export(
        _pooled(bert),
        (torch.ones_like(mask), mask),
        str(target),
        input_names=["input_ids", "attention_mask"],
        output_names=["embedding"],
        dynamic_axes={"input_ids": axes, "attention_mask": axes, "embedding": {0: "texts"}},
        opset_version=OPSET,
        dynamo=False,
    )


def _pooled(bert: Any) -> Any:
    torch = import_module("torch")
    module: Any = torch.nn.Module

    class Pooled(module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.bert = bert

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            hidden = self.bert(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
            weight = attention_mask.unsqueeze(-1).to(hidden.dtype)
            mean = (hidden * weight).sum(1) / weight.sum(1).clamp(min=1e-9)
            return torch.nn.functional.normalize(mean, dim=1)

    return Pooled()


def quantise(source: Path, target: Path, prepared: Path) -> None:
    """Write `source` with int8 weights, one scale a column: with one scale a matrix the cosine to fp32 is .934."""
    quantization = import_module("onnxruntime.quantization")
    # Symbolic shapes are skipped because their inference stops at this graph.
    import_module("onnxruntime.quantization.shape_inference").quant_pre_process(
        str(source), str(prepared), skip_symbolic_shape=True
    )
    quantization.quantize_dynamic(
        str(prepared), str(target), weight_type=quantization.QuantType.QInt8, per_channel=True
    )


def write_reference(exact: OnnxEmbedder, target: Path) -> None:
    """Write the reference texts with their fp32 vectors, one text a line."""
    shipped = json.loads((SHIPPED / "reference.json").read_text(encoding="utf-8"))
    texts = [entry["text"] for entry in shipped]
    vectors = exact.embed(texts).astype(float).round(5).tolist()
    lines = [
        json.dumps({"text": text, "vector": vector}, ensure_ascii=False)
        for text, vector in zip(texts, vectors, strict=True)
    ]
    target.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")


def measure(exact: OnnxEmbedder, shipped: OnnxEmbedder, papers: Path) -> None:
    """Print the cosine of int8 with fp32 and the speed of both, on the first abstracts of a file."""
    lines = papers.read_text(encoding="utf-8").splitlines()[:MEASURED]
    records = [json.loads(line) for line in lines]
    texts = [f"{record['title']}\n{record['abstract']}" for record in records]
    cosine = (_timed("fp32", exact, texts) * _timed("int8", shipped, texts)).sum(axis=1)
    print(f"cosine of int8 with fp32 on {len(texts)} texts: mean {cosine.mean():.4f}, least {cosine.min():.4f}")


def _timed(label: str, embedder: OnnxEmbedder, texts: Sequence[str]) -> NDArray[float32]:
    embedder.embed_query("warm")
    start = time.perf_counter()
    vectors = embedder.embed(texts)
    print(f"{label}: {len(texts) / (time.perf_counter() - start):.1f} texts a second")
    return vectors


if __name__ == "__main__":
    main()
