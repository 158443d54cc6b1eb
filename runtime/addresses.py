"""Addresses as an operator writes them."""

from __future__ import annotations

from urllib.parse import urlsplit

WEB_SCHEMES = ("http", "https")


def has_scheme(url: str, schemes: tuple[str, ...]) -> bool:
    """Tell whether an address begins with one of these schemes, and its port is a number."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # Reading the port checks that it is a number.
    except ValueError:
        return False
    return parts.scheme in schemes


def is_web_address(url: str) -> bool:
    """Tell whether an address names a host that speaks HTTP."""
    return has_scheme(url, WEB_SCHEMES) and bool(urlsplit(url).hostname)
