"""Names in the order in which readers look for them: Latin letters whatever their case, then Chinese by pronunciation."""

from __future__ import annotations

from django.db.models import BinaryField, Func


class ReadingOrder(Func):
    """To sort by, as GB18030 has them: it begins with the common Chinese characters by pinyin; rare ones follow by radical.

    A database need not know a language for it, and the embedded one knows none. The function is made by organization's
    migration 0009, as one whose results may be indexed.
    """

    function = "reading_order"
    output_field = BinaryField()
