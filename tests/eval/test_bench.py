"""The bench: what it computes by hand, and one run over a few papers."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from eval.__main__ import main
from eval.bench import figures, growth
from eval.bench.clock import percentile
from eval.bench.corpus import FEW, Place
from eval.bench.figures import Figure, Run
from eval.bench.ladder import product_model
from eval.questions import SetError


def test_a_percentile_is_a_value_that_was_measured() -> None:
    assert percentile([4.0, 1.0, 3.0, 2.0], 0.5) == 2.0
    assert percentile([4.0, 1.0, 3.0, 2.0], 0.99) == 4.0


def test_a_power_law_is_found_again() -> None:
    factor, power = growth.power_law([(10, 3 * 10**2), (100, 3 * 100**2), (1000, 3 * 1000**2)])
    assert (factor, power) == (pytest.approx(3), pytest.approx(2))


@pytest.mark.parametrize(
    ("target", "met"), [("< 5", True), ("< 4", False), (">= 4", True), (">= 4.5", False), ("", None)]
)
def test_a_figure_knows_whether_it_reaches_its_target(target: str, met: bool | None) -> None:
    assert Figure("adding", "50 papers more", 4.0, "s", target).met is met


def test_the_model_of_one_product_multiplies_on_any_processor() -> None:
    rows = np.random.default_rng(1).integers(0, 255, (5, 384), dtype=np.uint8)
    weights = np.random.default_rng(0).integers(-64, 64, (384, 1536), dtype=np.int8)
    (products,) = onnxruntime.InferenceSession(product_model(384, 1536)).run(None, {"rows": rows})
    assert np.array_equal(products, rows.astype(np.int32) @ weights.astype(np.int32))


def test_figures_come_back_from_their_file_and_are_plotted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paths = []
    for size in (1000, 4000):
        run = Run(size, "2 × a processor", (Figure("retrieval", "median", size / 1000, "ms", "< 12", 0.5),))
        paths.append(tmp_path / f"{size}.json")
        figures.write(run, paths[-1])
        assert figures.read(paths[-1]) == run
    assert main(["bench", "--growth", *map(str, paths), "--out", str(tmp_path / "growth.svg")]) == 0
    assert "3,000" in capsys.readouterr().out  # 1 ms at 1,000 papers, 4 at 4,000: 3,000 ms at 3 million
    assert "retrieval: median: 3,000 ms" in (tmp_path / "growth.svg").read_text()


def test_a_few_papers_are_kept_back(tmp_path: Path) -> None:
    source = tmp_path / "source.jsonl"
    source.write_text(
        "".join(json.dumps({"id": f"p{n}", "title": f"T{n}", "abstract": "A."}) + "\n" for n in range(99))
    )
    place = Place(tmp_path / "work")
    assert place.cut(source, 40) == 40
    assert len(place.few.read_text().splitlines()) == FEW
    assert place.texts(2) == ["T0\nA.", "T20\nA."]
    with pytest.raises(SetError, match="more than 50 are needed"):
        Place(tmp_path / "other").cut(place.few, None)


def test_a_run_measures_a_library_and_keeps_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, work, out = tmp_path / "source.jsonl", tmp_path / "work", tmp_path / "figures.json"
    papers = [{"id": f"p{n}", "title": f"Bees {n}", "abstract": f"Hive {n} hums."} for n in range(FEW + 20)]
    source.write_text("".join(json.dumps(paper) + "\n" for paper in papers))
    main(["bench", str(source), "--work", str(work), "--only", "add", "--only", "recall", "--out", str(out)])
    found = {f"{f.stage}: {f.what}": f.value for f in figures.read(out).figures}
    assert found["vectors: recall@50 against exact search"] == 1.0
    assert found["adding: peak memory"] > 50
    assert (work / "library" / "library.db").is_file()
    assert "20 papers, " in capsys.readouterr().out
