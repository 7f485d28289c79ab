"""The proxy that the environment names for an address.

aiohttp's own `trust_env` asks the environment, and ~/.netrc, at every call in a thread of its own: twice as dear as the
call itself. Here it is asked once where many calls go to one host.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from typing import TypedDict
from urllib.request import getproxies, proxy_bypass

from yarl import URL


class Proxied(TypedDict):
    """What aiohttp is told with a call: the proxy, and who we are to it."""

    proxy: URL | None
    proxy_headers: Mapping[str, str] | None


def proxied(address: str) -> Proxied:
    """How to reach an address: by http_proxy or https_proxy, unless no_proxy names its host."""
    url = URL(address)
    named = getproxies().get(url.scheme)
    if not named or not url.host or proxy_bypass(url.host):
        return Proxied(proxy=None, proxy_headers=None)
    proxy = URL(named)
    headers = None
    if proxy.user:
        who = b64encode(f"{proxy.user}:{proxy.password or ''}".encode()).decode()
        headers = {"Proxy-Authorization": f"Basic {who}"}
    return Proxied(proxy=proxy.with_user(None), proxy_headers=headers)
