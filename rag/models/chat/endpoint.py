"""The chat model behind an endpoint: it is asked, its reply is streamed, and what it is like is learnt on the way.

The one module that knows llama-index's `OpenAILike`. Every call streams, so that one set of limits holds for all:
`connect_timeout` seconds to connect, `timeout` to the first token and between two, and the bounds of its kind. Both
libraries are imported at the first call, since that takes a second. Not handled: tools, images, several choices, and
the older completion route.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from threading import Event
from typing import TYPE_CHECKING, Any

from rag.base.errors import ModelFailed, ModelSilent, PromptTooLong, UsageError
from rag.base.settings import Settings
from rag.base.timeouts import in_time, limited
from rag.models import OPENAI
from rag.models.chat.discovery import discover, is_near
from rag.models.chat.profile import EndpointProfile, reading_in_words
from rag.models.chat.replies import Chunk, Finish, Growing, Reply, ReplyLimits, read_chunk
from rag.models.chat.tokens import size
from rag.models.failures import Failure, FailureKind, explained, failure_of, without_login
from rag.nouns import EXTRACTIVE

if TYPE_CHECKING:
    from llama_index.core.llms import ChatMessage
    from llama_index.llms.openai_like import OpenAILike  # type: ignore[import-untyped]
    from openai import OpenAI

    from rag.models.client import Call

LOADING = 300.0
"""Seconds for which a server is waited for that says it loads its model."""
_LOADING_PAUSE = 1.0
_LOADS = 503
"""The HTTP status of a server that loads its model, and tells of it later."""
_AGAIN = 10.0
"""Seconds after which an endpoint that did not answer is asked again what it is like."""
_PROBE = 4.0
"""Seconds that finding out about an endpoint may take for each request."""


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
        context_window: int | None = None,
        backoff: float = 0.5,
    ) -> None:
        self.base_url, self.model, self.timeout, self.connect_timeout = base_url, model, timeout, connect_timeout
        self._window, self._key, self._backoff = context_window, api_key, backoff
        self._guard = threading.Lock()
        self._known = EndpointProfile(window=context_window)
        self._asked_from = math.inf if base_url == OPENAI else 0.0

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

    @property
    def known(self) -> EndpointProfile:
        """What is known of the endpoint; asked for once, when it is first needed."""
        with self._guard:
            if time.monotonic() >= self._asked_from:
                found = self._discovered()
                self._asked_from = time.monotonic() + _AGAIN if found is None else math.inf
                if found is not None:
                    window = self._window or found.window or self._known.window
                    self._known = replace(
                        self._known, window=window, parameters=found.parameters, tells_progress=found.tells_progress
                    )
            return self._known

    def learn(self, change: Callable[[EndpointProfile], EndpointProfile]) -> None:
        """Keep what a call has told of the endpoint."""
        with self._guard:
            self._known = change(self._known)

    def models(self) -> tuple[str, ...]:
        """Return the names of the models that the endpoint lists; UsageError when it has no list."""

        def listing() -> tuple[str, ...]:
            return tuple(sorted(str(model.id) for model in self._client.models.list().data or ()))

        try:
            return in_time(listing, self.timeout)
        except Exception as error:
            failure = failure_of(error, self._key)
            if failure.status in (404, 405, 501) or failure.kind is FailureKind.UNREADABLE:
                raise UsageError(f"Set RAG_MODEL: the endpoint at {self.where} lists no models.") from None
            raise self._error(failure) from None

    def completes(self) -> bool:
        """Tell whether the endpoint serves the older route, `/completions`, which is not used here."""
        create = self._client.completions.create
        try:
            return bool(in_time(lambda: create(model=self.model, prompt="OK", max_tokens=1), self.timeout))
        except Exception:
            return False

    def complete(
        self, messages: Sequence[ChatMessage], bounds: ReplyLimits, schema: Mapping[str, Any] | None = None
    ) -> Reply:
        """Return the whole reply; ModelFailed as in `stream`."""
        reply = Reply()
        for reply in self.stream(messages, bounds, schema):  # noqa: B007 - the last one is the answer
            pass
        return reply

    def stream(
        self, messages: Sequence[ChatMessage], bounds: ReplyLimits, schema: Mapping[str, Any] | None = None
    ) -> Iterator[Reply]:
        """Yield the growing reply; the last one has its `finish` and `usage`. `schema`: of the JSON it is to be.

        ModelFailed, with a line for a person, when the endpoint fails, before or in the midst of the reply;
        PromptTooLong when it says that the prompt does not fit. A reply beyond its `bounds` in tokens is ended.
        """
        growing = Growing(self.model, self._key, bounds, size(messages))
        yield from self._once(messages, schema, growing)
        if growing.only_thought and not self.known.thinks:
            self.learn(lambda known: replace(known, thinks=True))
            growing = Growing(self.model, self._key, bounds, size(messages))
            yield from self._once(messages, schema, growing)
        if growing.failure is not None:
            raise self._error(growing.failure)
        yield growing.last()

    def _once(
        self, messages: Sequence[ChatMessage], schema: Mapping[str, Any] | None, growing: Growing
    ) -> Iterator[Reply]:
        """Yield the replies of one call, and learn from it."""
        from rag.models.client import Call

        call, bounds, prompt = Call(), growing.bounds, growing.prompt
        if doing := reading_in_words(prompt, self.known.seconds_to_read(prompt) or 0.0):
            yield Reply(model=self.model, doing=doing)
        _ = self._llm  # imported here, whose time is no part of the limits
        try:
            for chunk in limited(
                lambda stopped: self._attempts(call, messages, schema, growing, stopped),
                self.timeout,
                bounds.seconds,
                counts=lambda chunk: chunk.is_word or bool(chunk.doing),
                hang_up=call.hang_up,
            ):
                if (reply := growing.add(chunk)) is not None:
                    yield reply
                if growing.finish is not None:
                    break
        except Exception as error:
            failure = failure_of(error, self._key)
            if failure.kind is FailureKind.TIMEOUT and growing.first and growing.is_late:
                growing.finish = Finish.LATE
                return
            if failure.kind is FailureKind.TIMEOUT and not growing.first:
                waited = min(self.timeout, bounds.seconds)
                self.learn(lambda known: known.was_silent(prompt, waited))
            if failure.is_overflow:
                self.learn(lambda known: known.did_not_fit(failure.window).was_counted(prompt, failure.prompt))
            raise self._error(failure) from None
        self.learn(lambda known: growing.measured(known, near=is_near(self.base_url)))

    def _attempts(
        self,
        call: Call,
        messages: Sequence[ChatMessage],
        schema: Mapping[str, Any] | None,
        growing: Growing,
        stopped: Event,
    ) -> Iterator[Chunk]:
        """Yield the chunks of the first call that begins to answer; a call that has begun is not repeated."""
        from openai import omit

        from rag.models.client import current

        current.set(call)
        started, attempt = time.monotonic(), 1
        while not stopped.is_set():
            begun, known = False, self.known
            options = known.options(growing.bounds.tokens, growing.prompt, schema)
            try:
                for response in self._llm.stream_chat(known.messages(messages), **{"temperature": omit} | options):
                    begun = True
                    yield read_chunk(response)
                return
            except Exception as error:
                failure = failure_of(error, self._key)
                if begun:
                    raise
                if self._adapt(failure, options):
                    continue
                if failure.is_loading and time.monotonic() - started < LOADING:
                    yield Chunk(doing=f"The server is loading {self.model} …")
                    stopped.wait(_LOADING_PAUSE)
                    continue
                wait = failure.seconds_to_wait(attempt, self._backoff, started + self.timeout)
                if wait is None:
                    raise
            attempt += 1
            stopped.wait(wait)

    def _adapt(self, failure: Failure, options: Mapping[str, Any]) -> bool:
        """Leave out from now on what the endpoint refuses by name; whether there was anything of that kind."""
        if failure.status not in (400, 422, 500, 501) or failure.is_overflow:
            return False
        known = self.known
        adapted = known.without(failure.message, options)
        refused, system = adapted.refused, adapted.takes_system
        self.learn(lambda k: replace(k, refused=k.refused | refused, takes_system=k.takes_system and system))
        return adapted is not known

    def _discovered(self) -> EndpointProfile | None:
        """Return what the endpoint tells, None where it does not answer now."""
        import openai

        client = self._client

        def fetch(url: str, body: dict[str, Any] | None = None) -> object:
            quick: dict[str, Any] = {"cast_to": object, "options": {"timeout": _PROBE}}
            try:
                return client.get(url, **quick) if body is None else client.post(url, body=body, **quick)
            except openai.APIStatusError as error:
                return None if error.status_code == _LOADS else {}
            except Exception:
                return None

        try:
            return in_time(lambda: discover(fetch, self.base_url, self.model), 3 * _PROBE)
        except TimeoutError:
            return None

    @cached_property
    def _client(self) -> OpenAI:
        from rag.models.client import openai_client

        return openai_client(self.base_url, self._key, self.timeout, self.connect_timeout, is_kept_alive=False)

    @cached_property
    def _llm(self) -> OpenAILike:
        from llama_index.llms.openai_like import OpenAILike

        return OpenAILike(model=self.model, is_chat_model=True, max_retries=0, openai_client=self._client)

    def _error(self, failure: Failure) -> ModelFailed:
        said = explained(failure, self.where, self.model, self.timeout)
        if failure.is_overflow:
            return PromptTooLong(said, failure.window)
        return (ModelSilent if failure.kind is FailureKind.TIMEOUT else ModelFailed)(said)


def _only(offered: tuple[str, ...], where: str) -> str:
    if len(offered) == 1:
        return offered[0]
    if not offered:
        raise UsageError(f"Set RAG_MODEL: the endpoint at {where} lists no models.")
    some = ", ".join(offered[:12]) + (f" and {len(offered) - 12} more" if len(offered) > 12 else "")
    raise UsageError(f"Set RAG_MODEL to one of the {len(offered)} models that the endpoint at {where} offers: {some}.")
