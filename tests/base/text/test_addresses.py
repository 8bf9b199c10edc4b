import pytest

from rag.base.text.addresses import arxiv_id, canonical_url


@pytest.mark.parametrize(
    ("text", "identifier"),
    [
        ("2501.05441", "2501.05441"),
        ("arXiv:2501.05441v3", "2501.05441"),
        ("https://arxiv.org/pdf/2501.05441v2.pdf", "2501.05441"),
        ("http://arxiv.org/abs/cond-mat/0309136v1", "cond-mat/0309136"),
        ("math.GT/0309136", "math/0309136"),
        ("https://huggingface.co/papers/2501.05441#community", "2501.05441"),
        ("https://doi.org/10.48550/arXiv.2501.05441", "2501.05441"),
        ("10.1063/1.4944470", None),
        ("1234.56789", None),
        ("", None),
        (None, None),
    ],
)
def test_an_arxiv_id_is_found_in_every_shape(text: str | None, identifier: str | None) -> None:
    assert arxiv_id(text) == identifier


def test_links_have_one_form() -> None:
    assert canonical_url("http://arxiv.org/pdf/2501.05441v2") == "https://arxiv.org/abs/2501.05441"
    assert canonical_url("https://hf-mirror.com/papers/2501.05441") == "https://huggingface.co/papers/2501.05441"
    assert canonical_url("https://example.org/a?b=1") == "https://example.org/a?b=1"
    assert canonical_url("javascript:alert(1)") is None
    assert canonical_url(None) is None
