"""Which failures of an endpoint are worth another try, and after how long.

Pure: HTTP statuses and headers, no client library. Not handled: quotas that only their owner can see.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

ATTEMPTS = 3
LONGEST_WAIT = 20.0


def passes(status: int, message: str) -> bool:
    """Tell whether an HTTP status may be another one the next time; an empty purse stays empty."""
    return (status in (408, 409, 429) or status >= 500) and "insufficient_quota" not in message


def seconds_before_next(attempt: int, headers: Mapping[str, str], base: float) -> float | None:
    """Return the seconds before attempt number `attempt + 1`, or None when that is not worth it.

    Exponential with full jitter above a half; a `Retry-After` of the endpoint is honoured, and one too long to wait
    for ends the tries.
    """
    if attempt >= ATTEMPTS:
        return None
    asked = retry_after(headers)
    if asked is not None:
        return asked if asked <= LONGEST_WAIT else None
    longest: float = base * 2 ** (attempt - 1)
    return min(longest, LONGEST_WAIT) * random.uniform(0.5, 1.0)


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Return the seconds that a `Retry-After` header asks for, by number or HTTP date; None when there is none."""
    text = next((value for name, value in headers.items() if name.lower() == "retry-after"), "").strip()
    if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", text):
        return float(text)
    try:
        then = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    then = then if then.tzinfo else then.replace(tzinfo=UTC)
    return max(0.0, (then - (now or datetime.now(UTC))).total_seconds())
