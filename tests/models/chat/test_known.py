"""What is learnt of an endpoint from call to call, and what it makes of the next one."""

from __future__ import annotations

from rag.models.chat.profile import WINDOW, EndpointProfile


def test_before_anything_is_known_nothing_is_limited() -> None:
    known = EndpointProfile()
    assert (known.room, known.readable(60), known.seconds_to_read(9_000)) == (WINDOW, None, None)


def test_a_window_is_counted_in_our_tokens() -> None:
    assert EndpointProfile(window=8_000).was_counted(1_000, 1_250).room == 6_400


def test_a_count_of_something_else_is_not_taken_for_a_dense_tokenizer() -> None:
    for ours, theirs in ((50, 90), (1_000, 100), (1_000, 9_000)):
        assert EndpointProfile().was_counted(ours, theirs).density == 1.0


def test_of_three_measurements_the_middle_one_counts() -> None:
    known = EndpointProfile().has_read(100).has_read(9_000).has_read(120)
    assert known.reads == 120
    assert known.readable(60) == int(0.8 * 60 * 120)


def test_a_silent_model_is_taken_to_read_half_as_fast_as_it_did_not() -> None:
    known = EndpointProfile().was_silent(6_000, 60)
    assert known.reads == 50
    assert known.has_read(80).reads == 80


def test_a_model_known_to_be_slower_is_not_thought_faster_for_being_silent() -> None:
    assert EndpointProfile().has_read(10).was_silent(6_000, 60).reads == 10


def test_a_refusal_narrows_the_window_and_never_widens_it() -> None:
    assert EndpointProfile(window=8_192).did_not_fit(4_096).window == 4_096
    assert EndpointProfile(window=4_096).did_not_fit(8_192).window == 4_096
    assert EndpointProfile(window=4_096).did_not_fit(None).window == 4_096


def test_a_refusal_that_names_nothing_of_the_call_leaves_nothing_out() -> None:
    known = EndpointProfile(tells_progress=True)
    options = known.options(100, 10, None)
    for message in ("extra_body", "top_p is not supported", ""):
        assert known.without(message, options) is known
    assert known.without("return_progress: unknown field", options).options(100, 10, None).get("extra_body") is None
