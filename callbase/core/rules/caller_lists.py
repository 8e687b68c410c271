"""Finds the caller list a number stands in: by its whole number first, then by the longest prefix."""

from __future__ import annotations

from callbase.core.config import CallerList, Tenant
from callbase.numbers import caller_form, prefix_form


class CallerLists:
    """One tenant's lists, looked up by number. Where two lists name a number alike, a black one counts."""

    __slots__ = ("_exact", "_longest", "_prefixes")

    def __init__(self, tenant: Tenant) -> None:
        self._exact: dict[str, CallerList] = {}
        self._prefixes: dict[str, CallerList] = {}
        for found in sorted(tenant.caller_lists.values(), key=lambda found: (found.kind != "black", found.id)):
            for number in found.numbers:
                if number.endswith("*"):
                    self._prefixes.setdefault(prefix_form(number[:-1]) or number[:-1], found)
                else:
                    self._exact.setdefault(caller_form(number), found)
        self._longest = max(map(len, self._prefixes), default=0)

    def find(self, number: str) -> CallerList | None:
        """Takes time in proportion to the number's length, not to the lists'."""
        if not self._exact and not self._prefixes:
            return None
        caller = caller_form(number)
        if caller in self._exact:
            return self._exact[caller]
        prefixes = (caller[:length] for length in range(min(len(caller), self._longest), -1, -1))
        return next((self._prefixes[prefix] for prefix in prefixes if prefix in self._prefixes), None)
