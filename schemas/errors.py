"""The form of every error of ours: a class docstring as message, facts as attributes, a code."""

from __future__ import annotations

import inspect
from typing import ClassVar


class RedressError(Exception):
    """Something could not be done; subclasses say what, why and how to mend it.

    The docstring of a subclass is its message, filled with its attributes: codes and numbers,
    never personal data. `code` is stable; processes end and activities fail by it.
    """

    code: ClassVar[str] = "redress_error"

    def __str__(self) -> str:
        """Fill the message with the facts of the instance."""
        return (inspect.getdoc(type(self)) or self.code).format(**self._facts())

    def _facts(self) -> dict[str, object]:
        return vars(self)
