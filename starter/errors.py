"""What can go wrong at the door.

Exception
├── ComplaintUnknown         complaint_unknown
├── SourceKeyConflict        source_conflict
├── PhraseForbidden          forbidden_phrase
└── OutcomeUnknown           outcome_unknown
"""

from __future__ import annotations


class ComplaintUnknown(Exception):
    """There is no complaint {number}; check the number on the acknowledgement."""

    code = "complaint_unknown"

    def __init__(self, number: int) -> None:
        super().__init__(str(self.__doc__).format(number=number))
        self.number = number


class SourceKeyConflict(Exception):
    """{source} sent {source_key} before with another body; it is complaint {number}.

    Send additions with add_information, or a new complaint under a key of its own.
    """

    code = "source_conflict"

    def __init__(self, source: str, source_key: str, number: int) -> None:
        text = str(self.__doc__)
        super().__init__(text.format(source=source, source_key=source_key, number=number))
        self.number = number


class PhraseForbidden(Exception):
    """The text uses {count} phrase(s) that are not said to customers ({classes}); reword it."""

    code = "forbidden_phrase"

    def __init__(self, count: int, classes: str) -> None:
        super().__init__(str(self.__doc__).format(count=count, classes=classes))


class OutcomeUnknown(Exception):
    """Temporal did not say what became of {name} for complaint {number}.

    Send the same command again: the same command id has the same effect once, and gets the
    first answer.
    """

    code = "outcome_unknown"

    def __init__(self, name: str, number: int) -> None:
        super().__init__(str(self.__doc__).format(name=name, number=number))
