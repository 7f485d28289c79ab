"""The forms that a setting's value can have; each reader gives None for a malformed one and never raises."""

from __future__ import annotations

import base64
import binascii
import hmac
import ipaddress
import re
from collections.abc import Callable
from typing import NoReturn
from urllib.parse import SplitResult, urlsplit

# Where a secret was pasted into a variable that is shown in logs, refuse it before it gets there.
_LOOKS_SECRET = re.compile(r"(?<![A-Za-z0-9])(xox[a-z]?[.-]|xapp-|sk-[A-Za-z0-9_-]{20})", re.IGNORECASE)
_HOST_LABEL = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)", re.ASCII)


class Secret:
    """A value that is used and never shown: repr, str, format and pickle do not give it away."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The value itself, for the one call that needs it."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(…)"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._value.encode(), other._value.encode())

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret is not pickled")


def _bare(text: str) -> str | None:
    """A value that may be shown: one printable word that does not look like a secret."""
    return text if text.isprintable() and " " not in text and not _LOOKS_SECRET.search(text) else None


def secret(pattern: str) -> Callable[[str], Secret | None]:
    """Reads a secret that matches all of an ASCII pattern."""
    form = re.compile(pattern, re.ASCII)
    return lambda text: Secret(text) if form.fullmatch(text) else None


def number(low: int, high: int) -> Callable[[str], int | None]:
    """Reads a whole number from `low` to `high`."""

    def parse(text: str) -> int | None:
        if not re.fullmatch(r"[0-9]{1,9}", text):
            return None
        return int(text) if low <= int(text) <= high else None

    return parse


def one_of(*words: str) -> Callable[[str], str | None]:
    """Reads one of some words, in any case, as it is written here."""
    return lambda text: next((word for word in words if word.casefold() == text.casefold()), None)


def client_id(text: str) -> str | None:
    """Two numbers with a dot between them."""
    return text if re.fullmatch(r"[0-9]+\.[0-9]+", text) else None


def model(text: str) -> str | None:
    """One printable word of at most 200 characters."""
    return text if _bare(text) and len(text) <= 200 else None


def switch(text: str) -> bool | None:
    """0 or 1."""
    return {"0": False, "1": True}.get(text)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def host(text: str) -> str | None:
    """An IP address or a host name."""
    labels = text.removesuffix(".").split(".")
    is_name = (
        len(text) <= 253
        and not labels[-1].isdigit()
        and all(_HOST_LABEL.fullmatch(label) for label in labels)
    )
    return text if _bare(text) and (_is_address(text) or is_name) else None


def _is_this_machine(host: str) -> bool:
    return host == "localhost" or (_is_address(host) and ipaddress.ip_address(host).is_loopback)


def _split(text: str) -> SplitResult | None:
    """A URL's parts, or None where it has none; a port outside 0-65535 is malformed too."""
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return None
    return parts


def _plain_url(text: str) -> SplitResult | None:
    """A host over http or https, and nothing that could carry a secret: such URLs are shown."""
    parts = _split(text) if _bare(text) else None
    if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname:
        return None
    is_plain = "@" not in parts.netloc and "?" not in text and "#" not in text and "\\" not in text
    return parts if is_plain and host(parts.hostname) else None


def open_url(text: str) -> str | None:
    """Any http or https URL, without a slash at its end: an AI on the local network has no certificate."""
    return text.rstrip("/") if _plain_url(text) else None


def closed_url(text: str) -> str | None:
    """An https URL, or http on this machine only (tokens travel there), without a slash at its end."""
    parts = _plain_url(text)
    if parts is None or (parts.scheme == "http" and not _is_this_machine(parts.hostname or "")):
        return None
    return text.rstrip("/")


def slack_api_url(text: str) -> str | None:
    """A closed URL with a slash at its end, as Slack's SDK joins method names to it."""
    url = closed_url(text)
    return None if url is None else f"{url}/"


def database_url(text: str) -> Secret | None:
    """A file of SQLite or a database of PostgreSQL; a secret, as it may hold a password."""
    parts = _split(text)
    if parts is None or not text.isprintable():
        return None
    is_file = text.startswith("sqlite:///") and len(parts.path) > 1 and ":memory:" not in text
    is_server = text.startswith("postgresql://") and len(parts.path) > 1
    return Secret(text) if is_file or is_server else None


def file_path(text: str) -> str | None:
    """A file's path that may be shown; whether it can be written is found out when it is."""
    is_file = text.isprintable() and not text.endswith("/") and not _LOOKS_SECRET.search(text)
    return text if is_file and len(text) <= 4096 else None


def _is_fernet_key(text: str) -> bool:
    if not re.fullmatch(r"[A-Za-z0-9_-]{43}=", text, re.ASCII):
        return False
    try:
        return len(base64.urlsafe_b64decode(text)) == 32
    except binascii.Error:
        return False


def token_keys(text: str) -> tuple[Secret, ...] | None:
    """Fernet keys, separated by commas."""
    keys = [key.strip() for key in text.split(",")]
    return tuple(map(Secret, keys)) if all(map(_is_fernet_key, keys)) else None
