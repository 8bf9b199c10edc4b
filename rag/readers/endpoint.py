"""The chat endpoint: the one module that knows llama-index's `OpenAILike` and, but for its errors, the openai client.

Every call streams, so that one set of limits holds for all: `connect_timeout` seconds to connect, `timeout` to the
first token and between two. Both libraries are imported at the first call, since that takes a second. Not handled:
tools, images, several choices, and the older completion route.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from threading import Event
from typing import TYPE_CHECKING

from rag.errors import ModelFailed, UsageError
from rag.nouns import EXTRACTIVE
from rag.readers import failures
from rag.readers.client_errors import failure_of
from rag.readers.failures import Failure, Kind
from rag.readers.form import Form
from rag.readers.replies import Chunk, Finish, Reply, estimate, read_chunk, read_finish
from rag.settings import Settings
from rag.text.secrets import reply_without_key, without_key, without_login
from rag.waiting import Limits, limited

if TYPE_CHECKING:
    from llama_index.core.llms import ChatMessage
    from llama_index.llms.openai_like import OpenAILike  # type: ignore[import-untyped]
    from openai import OpenAI

OPENAI = "https://api.openai.com/v1"
LONGEST_REPLY = 200_000  # characters, thinking included: a model that never stops is stopped


class Endpoint:
    """One model behind an OpenAI-compatible endpoint. Safe to share between threads."""

    def __init__(
        self,
        base_url: str,
        model: str,
        api_key: str | None = None,
        *,
        timeout: float = 60.0,
        connect_timeout: float = 5.0,
        context_window: int = 32_000,
        backoff: float = 0.5,
    ) -> None:
        self.base_url, self.model, self.timeout = base_url, model, timeout
        self.connect_timeout = min(connect_timeout, timeout)
        self.context_window, self._key, self._backoff = context_window, api_key, backoff
        self._form = Form()

    def __repr__(self) -> str:
        return f"Endpoint({self.where!r}, {self.model!r})"

    @classmethod
    def from_settings(cls, settings: Settings) -> Endpoint:
        """Return the endpoint that is set; without a model, its only one.

        UsageError when it offers none or several, ModelFailed when it cannot be asked.
        """
        if not settings.has_endpoint:
            raise UsageError("No model's endpoint is set. Set OPENAI_BASE_URL, or OPENAI_API_KEY for OpenAI's own.")
        endpoint = cls(
            settings.base_url or OPENAI,
            settings.model or "",
            settings.api_key,
            timeout=settings.timeout,
            connect_timeout=settings.connect_timeout,
            context_window=settings.context_window,
        )
        if not endpoint.model:
            endpoint.model = _only(endpoint.models(), endpoint.where)
        if endpoint.model == EXTRACTIVE:
            raise UsageError(
                f"A model named {EXTRACTIVE} cannot be told from answers in quotes: set another RAG_MODEL."
            )
        return endpoint

    @property
    def where(self) -> str:
        """The endpoint's address without a name, a password or a query that may stand in it."""
        return without_login(self.base_url)

    def models(self) -> tuple[str, ...]:
        """Return the names of the models that the endpoint lists; UsageError when it has no list."""

        client = self._client

        def listing(stopped: Event) -> Iterator[tuple[str, ...]]:
            yield tuple(sorted(str(model.id) for model in client.models.list().data or ()))

        try:
            return next(limited(listing, Limits(self.timeout, self.timeout)))
        except Exception as error:
            failure = failure_of(error, self._key)
            if failure.status in (404, 405, 501) or failure.kind is Kind.UNREADABLE:
                raise UsageError(f"Set RAG_MODEL: the endpoint at {self.where} lists no models.") from None
            raise self._error(failure) from None

    def completes(self) -> bool:
        """Tell whether the endpoint serves the older route, `/completions`, which is not used here."""
        client = self._client

        def completing(_: Event) -> Iterator[object]:
            yield client.completions.create(model=self.model, prompt="OK", max_tokens=1)

        try:
            return bool(next(limited(completing, Limits(self.timeout, self.timeout))))
        except Exception:
            return False

    def complete(self, messages: Sequence[ChatMessage], *, within: float | None = None) -> Reply:
        """Return the whole reply; ModelFailed as in `stream`."""
        reply = Reply()
        for reply in self.stream(messages, within=within):  # noqa: B007 - the last one is the answer
            pass
        return reply

    def stream(self, messages: Sequence[ChatMessage], *, within: float | None = None) -> Iterator[Reply]:
        """Yield the growing reply; the last one has its `finish` and `usage`. `within`: seconds for the whole call.

        ModelFailed, with a line for a person, when the endpoint fails, before or in the midst of the reply;
        PromptTooLong when it says that the prompt does not fit.
        """
        reply, thought, usage, ended = Reply(model=self.model), 0, None, None
        llm, limits = self._llm, Limits(self.timeout, self.timeout, within)
        try:
            for chunk in limited(lambda stopped: self._attempts(llm, messages, stopped), limits):
                thought, usage, ended = thought + chunk.thought, chunk.usage or usage, chunk.finish or ended
                reply = replace(
                    reply, text=reply.text + chunk.text, model=without_key(chunk.model, self._key) or reply.model
                )
                if len(reply.text) + thought > LONGEST_REPLY:
                    ended = Finish.LENGTH
                    break
                if chunk.text:
                    yield replace(reply, text=reply_without_key(reply.text, self._key, final=False))
        except Exception as error:
            raise self._error(failure_of(error, self._key)) from None
        finish = read_finish(ended)
        reply = replace(reply, text=reply_without_key(reply.text, self._key, final=True))
        if not reply.text.strip():
            raise self._error(failures.nothing(finish))
        yield replace(reply, finish=finish, usage=usage or estimate(messages, reply.text))

    def _attempts(self, llm: OpenAILike, messages: Sequence[ChatMessage], stopped: Event) -> Iterator[Chunk]:
        """Yield the chunks of the first call that begins to answer; a call that has begun is not repeated."""
        deadline = time.monotonic() + self.timeout
        attempt = 1
        while not stopped.is_set():
            begun, form = False, self._form
            try:
                for chunk in _call(llm, messages, form):
                    begun = True
                    yield chunk
                return
            except Exception as error:
                failure = failure_of(error, self._key)
                if begun:
                    raise
                if self._adapt(form, failure):
                    continue
                wait = failures.seconds_to_wait(failure, attempt, self._backoff)
                if wait is None or time.monotonic() + wait > deadline:
                    raise
            attempt += 1
            stopped.wait(wait)

    def _adapt(self, form: Form, failure: Failure) -> bool:
        """Leave out from now on what the endpoint refuses by name; whether there was anything of that kind."""
        adapted = form.without(failure.message) if failure.status in (400, 422) else form
        self._form = self._form if adapted is form else adapted
        return adapted is not form

    @cached_property
    def _client(self) -> OpenAI:
        import httpx
        from openai import OpenAI

        from rag.readers.whole import StreamingClient

        seconds = httpx.Timeout(self.timeout, connect=self.connect_timeout)
        return OpenAI(
            base_url=self.base_url,
            api_key=self._key or "none",  # the client demands one, local servers do not look at it
            timeout=seconds,
            max_retries=0,
            http_client=StreamingClient(timeout=seconds),
        )

    @cached_property
    def _llm(self) -> OpenAILike:
        from llama_index.llms.openai_like import OpenAILike

        return OpenAILike(
            model=self.model,
            api_base=self.base_url,
            api_key=self._key or "none",
            is_chat_model=True,
            context_window=self.context_window,
            max_retries=0,
            timeout=self.timeout,
            openai_client=self._client,
        )

    def _error(self, failure: Failure) -> ModelFailed:
        return failures.error(failure, self.where, self.model, self.timeout)


def _only(offered: tuple[str, ...], where: str) -> str:
    if len(offered) == 1:
        return offered[0]
    if not offered:
        raise UsageError(f"Set RAG_MODEL: the endpoint at {where} lists no models.")
    some = ", ".join(offered[:12]) + (f" and {len(offered) - 12} more" if len(offered) > 12 else "")
    raise UsageError(f"Set RAG_MODEL to one of the {len(offered)} models that the endpoint at {where} offers: {some}.")


def _call(llm: OpenAILike, messages: Sequence[ChatMessage], form: Form) -> Iterator[Chunk]:
    from openai import omit

    for response in llm.stream_chat(form.messages(messages), **({"temperature": omit} | dict(form.optional))):
        chunk = read_chunk(response)
        if not chunk.is_empty:
            yield chunk
