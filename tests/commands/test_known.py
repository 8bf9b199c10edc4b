"""`known` tells what the papers say about a subject."""

from __future__ import annotations

import json
from pathlib import Path


def test_the_command_tells_it_as_text_and_as_json(run, sample_folder: Path) -> None:  # type: ignore[no-untyped-def]
    code, out, _ = run("known", "value alignment", "--library", sample_folder)
    assert code == 0
    assert out.startswith("22 of the 127 papers looked at speak of value alignment; 18 are quoted")
    code, out, _ = run("known", "value alignment", "--json", "--library", sample_folder)
    assert code == 0
    assert json.loads(out)["papers"] == 22
