"""How a cycle ends and what comes after."""

from __future__ import annotations

from typing import assert_never

from domain.evolve.numbered import change
from domain.state import CaseState
from schemas.case import Survey
from schemas.events import (
    CallbackAttempted,
    CallbackMoved,
    CaseCompleted,
    ComplaintExplained,
    ComplaintWithdrawn,
    CycleClosed,
    FollowUpEvent,
    SuggestionRecorded,
    SurveyAnswered,
    SurveyOffered,
    SurveyWithdrawn,
)


def evolve_followup(state: CaseState, event: FollowUpEvent) -> CaseState:
    match event:
        case ComplaintExplained():
            return state.model_copy(update={"explained": True})
        case CallbackAttempted():
            return state.model_copy(update={"attempts": (*state.attempts, event.attempt)})
        case CallbackMoved():
            return state.model_copy(update={"appointment": event.to})
        case SuggestionRecorded():
            return state.model_copy(update={"suggestions": (*state.suggestions, event.suggestion)})
        case ComplaintWithdrawn():
            return state.model_copy(update={"withdrawn": True})
        case CycleClosed():
            cycles = change(
                state.cycles,
                event.cycle,
                outcome=event.outcome,
                closed_at=event.closed_at,
                clocks=state.clocks,
            )
            return state.model_copy(update={"cycles": cycles})
        case SurveyOffered():
            return state.model_copy(update={"survey": event.survey})
        case SurveyAnswered():
            scored = change(state.cycles, event.cycle, score=event.score)
            survey = _answered(state.survey, event)
            return state.model_copy(update={"survey": survey, "cycles": scored})
        case SurveyWithdrawn():
            return state.model_copy(update={"survey": None})
        case CaseCompleted():
            return state.model_copy(update={"completed": True})
        case _:
            assert_never(event)


def _answered(survey: Survey | None, event: SurveyAnswered) -> Survey:
    offered = survey or Survey(cycle=event.cycle, until=event.answered_at)
    first = offered.first_answered_at or event.answered_at
    return offered.model_copy(update={"score": event.score, "first_answered_at": first})
