"""How values become payloads in a history, and exceptions become failures.

Part of the wire contract: what is written here must be read for as long as histories are kept.
"""

from __future__ import annotations

from typing import Any

from pydantic_core import to_json
from temporalio.api.common.v1 import Payload
from temporalio.api.failure.v1 import Failure
from temporalio.contrib.pydantic import PydanticJSONPlainPayloadConverter
from temporalio.converter import (
    CompositePayloadConverter,
    DataConverter,
    DefaultFailureConverter,
    DefaultPayloadConverter,
    PayloadConverter,
)
from temporalio.exceptions import ApplicationError, FailureError

from runtime.fault import code_of, message_of


class BriefJsonConverter(PydanticJSONPlainPayloadConverter):
    """JSON without the fields of models that are None, which is the default of every such field.

    They would make up a sixth of the journal and a third of most commands. Other defaults stay
    written, so that changing one never changes the past.
    """

    def to_payload(self, value: Any) -> Payload | None:  # noqa: ANN401 - As in the base class.
        """Return the value as JSON."""
        data = to_json(value, exclude_none=True)
        return Payload(metadata={"encoding": self.encoding.encode()}, data=data)


# Temporal makes a converter for every cached case; sharing these spares each its own readers.
ENCODINGS = tuple(
    BriefJsonConverter() if converter.encoding == "json/plain" else converter
    for converter in DefaultPayloadConverter.default_encoding_payload_converters
)


class RedressPayloadConverter(CompositePayloadConverter):
    """Payloads as Temporal writes them, JSON by BriefJsonConverter."""

    def __init__(self) -> None:
        super().__init__(*ENCODINGS)


class ValuelessFailureConverter(DefaultFailureConverter):
    """Failures that name an exception by class and code instead of by its text.

    A failure stays in the history for ever, and the text of an exception that nobody foresaw may
    quote personal data. Texts that we or Temporal wrote are kept: they hold codes and numbers.
    """

    def to_failure(
        self, exception: BaseException, payload_converter: PayloadConverter, failure: Failure
    ) -> None:
        """Fill in the failure."""
        super().to_failure(_told(exception), payload_converter, failure)


REDRESS_CONVERTER = DataConverter(
    payload_converter_class=RedressPayloadConverter,
    failure_converter_class=ValuelessFailureConverter,
)


def _told(exception: BaseException) -> BaseException:
    """Return the exception in a form whose text may be kept."""
    if isinstance(exception, FailureError):
        return exception
    kind = code_of(exception) or type(exception).__name__
    told = ApplicationError(message_of(exception), type=kind)
    told.__cause__, told.__context__ = exception.__cause__, exception.__context__
    told.__suppress_context__ = exception.__suppress_context__
    return told.with_traceback(exception.__traceback__)
