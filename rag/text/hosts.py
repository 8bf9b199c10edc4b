"""Whose machine an address names, as far as the address itself tells: no name is looked up."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit


def is_near(url: str) -> bool:
    """Tell whether a URL is of this machine or of the network around it.

    >>> is_near("http://127.0.0.1:8080/v1"), is_near("http://192.168.1.7:1234"), is_near("https://api.example.com/v1")
    (True, True, False)
    """
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    if host == "localhost" or host.endswith((".local", ".localhost", ".lan", ".internal")):
        return True
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return False
