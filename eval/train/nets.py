"""The networks that are trained: an encoder with the heads of each task. What `rag/learned` runs is their export."""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from .bert import WIDTH, Bert, mean, states


class PairHead(nn.Module):
    """Scores of two texts read together, from the means of their states, their difference and product."""

    def __init__(self, outputs: int) -> None:
        super().__init__()
        self.mix, self.out = nn.Linear(4 * WIDTH, WIDTH), nn.Linear(WIDTH, outputs)

    def forward(self, x: Tensor, mask: Tensor, types: Tensor) -> Tensor:
        """Return scores of shape (texts, outputs)."""
        behind = types.float() * mask.float()
        first, second = mean(x, mask.float() - behind), mean(x, behind)
        return self.out(F.gelu(self.mix(torch.cat([first, second, (first - second).abs(), first * second], 1))))  # type: ignore[no-any-return]


class Trunk(nn.Module):
    """What is trained on general pairs: one encoder, a head for inference and one for questions."""

    def __init__(self, bert: Bert) -> None:
        super().__init__()
        self.bert, self.inference, self.answering = bert, PairHead(3), PairHead(1)


class Checker(nn.Module):
    """Claim and source: logits of supported, contradicted, not stated."""

    def __init__(self, trunk: Trunk) -> None:
        super().__init__()
        self.bert, self.inference = trunk.bert, trunk.inference

    def forward(self, ids: Tensor, mask: Tensor, types: Tensor) -> Tensor:
        """Return logits of shape (texts, 3)."""
        return self.inference(states(self.bert, ids, mask, types), mask, types)  # type: ignore[no-any-return]


class Selector(nn.Module):
    """Question, title and sentences: a logit for each sentence, and one for the abstract."""

    def __init__(self, trunk: Trunk) -> None:
        super().__init__()
        self.bert = trunk.bert
        self.sentence, self.sentence_out = nn.Linear(3 * WIDTH, WIDTH), nn.Linear(WIDTH, 1)
        self.abstract, self.abstract_out = nn.Linear(4 * WIDTH, WIDTH), nn.Linear(WIDTH, 1)

    def forward(
        self, ids: Tensor, mask: Tensor, types: Tensor, asked: Tensor, pool: Tensor, real: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Return logits of shape (texts, sentences) and (texts,).

        `asked`, (texts, 1, pieces), averages the question's pieces; `pool`, (texts, sentences, pieces), those of each
        sentence; `real`, (texts, sentences), tells sentences from filling.
        """
        x = states(self.bert, ids, mask, types)
        question, sentences = asked @ x, pool @ x
        mixed = torch.cat([sentences, question.expand_as(sentences), sentences * question], 2)
        logits = self.sentence_out(F.gelu(self.sentence(mixed)))[..., 0]
        share = torch.softmax(logits.masked_fill(~real, -1e4), 1)[..., None]
        best, question = (share * sentences).sum(1), question[:, 0]
        whole = torch.cat([x[:, 0], question, best, best * question], 1)
        return logits, self.abstract_out(F.gelu(self.abstract(whole)))[:, 0]
