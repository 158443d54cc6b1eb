"""A case as people read it at a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from rich.table import Table

from cli.present import NOTHING_TOLD, Present
from cli.terminal import table
from cli.unsealing import Texts, text_of
from domain.calling import zone_of
from domain.narration import narrate
from domain.promises import clock_key
from domain.wording import show_money
from schemas.case import Check, Clock, Proposal
from schemas.commands import OpenComplaint
from schemas.events import Envelope
from schemas.evidence import Evidence
from schemas.law import LegalRule
from schemas.ledger import Waiting
from schemas.offer import RemedyStep
from schemas.views import CaseView

Row = tuple[str, ...]

CHECK_HEADINGS = "check, department, state, finding, own system, question, answer"


def case_page(
    view: CaseView,
    opening: OpenComplaint,
    texts: Texts,
    same_order: Sequence[int] = (),
    present: Present = NOTHING_TOLD,
) -> Iterator[Table]:
    """Yield the parts of the page that have something to say.

    `same_order` are the numbers of other complaints about the order (H22), and `present` is what
    changes from moment to moment.
    """
    facts = [*_facts(view, opening, texts)]
    if same_order:
        facts.append(("same order", ", ".join(map(str, same_order))))
    yield table(("", ""), facts, f"Complaint {view.number}")
    parts: Sequence[tuple[str, str, list[Row]]] = (
        ("Clocks", "cycle, clock, started, due, state, ended", _clocks(view)),
        ("Checks", CHECK_HEADINGS, _checks(view, texts)),
        ("Proposals", "version, by, options, state", _proposals(view)),
        ("Remedy", "step, what, state, reference", _steps(view)),
        ("Messages", "message, purpose, released, delivered, text", _messages(view, texts)),
        ("Calls", "at, by, result, note", _calls(view, texts)),
        ("Calls to make", "at, for the customer", _calls_to_make(view, opening, present)),
        ("Promises", "promise, date, owner, about, state", _promises(view)),
        ("Suggestions", "suggestion, recorded, by, text", _suggestions(view, texts)),
        ("Tasks for people", "task, kind, about, state", _tasks(view)),
        ("Waiting", "cycle, for, altogether", _waiting(view, present)),
    )
    for title, headings, rows in parts:
        if rows:
            yield table(headings.split(", "), rows, title)


def timeline(envelopes: Sequence[Envelope]) -> Table:
    """Return what has happened, in order."""
    lines = (narrate(envelope) for envelope in envelopes)
    rows = [(f"{line.at:%Y-%m-%d %H:%M:%S}", line.who, line.what, line.clock) for line in lines]
    return table(("time (UTC)", "who", "what", "clock"), rows, "Timeline")


def moment(at: datetime | None) -> str:
    """Return a moment in UTC to the minute."""
    return f"{at:%Y-%m-%d %H:%M}Z" if at else ""


def length(time: timedelta) -> str:
    """Return a duration to the minute."""
    minutes = round(time.total_seconds() / 60)
    days, hours = divmod(minutes // 60, 24)
    return f"{days} d {hours} h {minutes % 60} min"


def next_deadline(view: CaseView) -> str:
    """Return what is due next and when."""
    deadline = view.next_deadline
    if deadline is None:
        return ""
    return f"{deadline.key} {moment(deadline.due_at)}{' OVERDUE' if deadline.overdue else ''}"


def _facts(view: CaseView, opening: OpenComplaint, texts: Texts) -> Iterator[Row]:
    outcome = f", {view.outcome}" if view.outcome else ""
    yield "stage", f"{view.stage}{outcome}. {view.stage.sentence}"
    yield "category", f"{view.category}, {view.severity}"
    yield "owner", view.owner
    yield "next deadline", next_deadline(view) or "none"
    yield "overdue", ", ".join(view.overdue) or "nothing"
    if view.hold is not None:
        yield "on hold", f"the customer is reminded {moment(view.hold.remind_at)}"
    if view.appointment is not None:
        yield "callback", f"agreed for {moment(view.appointment)}"
    for each in view.escalations:
        yield "raised to", f"{each.to}, {each.reason}"
    if view.links:
        yield "same matter", ", ".join(map(str, view.links))
    if view.adopted:
        yield "merged into it", ", ".join(str(each.number) for each in view.adopted)
    if view.merged_into is not None:
        yield "goes on as", str(view.merged_into)
    yield "received", f"{moment(view.received_at)} by {view.channel}"
    yield "source", f"{opening.source} {opening.source_key}"
    yield "customer", _customer(opening, texts)
    yield "says", text_of(opening.content, texts)
    if opening.demand is not None:
        wish = (opening.demand.remedy or "", text_of(opening.demand.text, texts))
        yield "asks for", " ".join(filter(None, wish))
    yield from _law(opening)
    for name in ("order", "product", "batch", "store", "carrier"):
        if getattr(opening, name):
            yield name, getattr(opening, name)
    yield "version", f"{view.version} (for --expect-version)"


def _law(opening: OpenComplaint) -> Iterator[Row]:
    """Yield what others have set: the date of a platform or authority, and rules on the sale."""
    if opening.external_due_at is not None:
        yield "answer due", f"{moment(opening.external_due_at)}, set by {opening.channel}"
    if opening.sold_at is not None:
        yield "sold", moment(opening.sold_at)
    law = opening.law
    if law is not None and law.answer is not None:
        yield "answer due", f"{moment(law.answer.due_at)} by {_rule(law.answer.rule)}"
    for rule in law.remedies if law is not None else ():
        said = [("must offer", rule.must), ("may not offer", rule.may_not)]
        kinds = "; ".join(f"{what} {', '.join(kinds)}" for what, kinds in said if kinds)
        yield "rule", f"{_rule(rule)}: {kinds}"


def _rule(rule: LegalRule) -> str:
    return f"{rule.code}, edition {rule.edition} ({rule.source})"


def _customer(opening: OpenComplaint, texts: Texts) -> str:
    customer = opening.customer
    if customer is None:
        return "anonymous"
    contacts = (f"{each.kind} {text_of(each.address, texts)}" for each in customer.contacts)
    told = (text_of(customer.name, texts), text_of(customer.member_no, texts), *contacts)
    return ", ".join([*filter(None, told), customer.language, customer.time_zone])


def _clocks(view: CaseView) -> list[Row]:
    last = view.cycles[-1]
    clocks = [(cycle.number, clock) for cycle in view.cycles for clock in cycle.clocks]
    if not last.clocks:
        clocks += [(last.number, clock) for clock in view.clocks]
    return [(str(cycle), *_clock(clock)) for cycle, clock in clocks]


def _clock(clock: Clock) -> Row:
    state = clock.verdict or ("overdue" if clock.overdue_at else "running")
    started, due, ended = moment(clock.started_at), moment(clock.due_at), moment(clock.ended_at)
    return clock.key, started, due, state, ended


def _checks(view: CaseView, texts: Texts) -> list[Row]:
    return [
        (
            str(check.number),
            check.department,
            f"{check.status}{_need(check)}",
            ", ".join(check.findings),
            ", ".join(map(_evidence, check.evidence)),
            text_of(check.question, texts),
            text_of(check.summary, texts),
        )
        for check in view.checks
    ]


def _need(check: Check) -> str:
    """Return what is remarkable about a check: that no proposal waits for it, or a wish."""
    wish = f", asks for time until {moment(check.extension)}" if check.extension else ""
    return (", waived" if check.waived else "" if check.required else ", optional") + wish


def _evidence(evidence: Evidence) -> str:
    """Return what a department's own system said, or why it said nothing."""
    if evidence.unavailable:
        return f"no answer: {evidence.unavailable}"
    return evidence.reference or "answered"


def _proposals(view: CaseView) -> list[Row]:
    return [
        (str(proposal.version), proposal.proposed_by, _options(proposal), _standing(proposal))
        for proposal in view.proposals
    ]


def _options(proposal: Proposal) -> str:
    """Return the options by number, each with its steps."""
    steps = (" + ".join(map(_remedy, option.steps)) for option in proposal.options)
    return "; ".join(f"{number}. {said}" for number, said in enumerate(steps, start=1))


def _remedy(step: RemedyStep) -> str:
    """Return a step with what it sends or pays, and what it costs us."""
    pieces = f"{step.quantity} × " if step.quantity > 1 else ""
    said = [step.kind, f"{pieces}{step.item}" if step.item else ""]
    said += [show_money(step.amount) if step.amount else ""]
    said += [f"(costs {show_money(step.cost)})" if step.cost else ""]
    return " ".join(filter(None, said))


def _standing(proposal: Proposal) -> str:
    if proposal.accepted is not None:
        return f"option {proposal.accepted} accepted"
    if proposal.ended is not None:
        return proposal.ended
    if proposal.needs_approval and proposal.approved_by is None:
        return "awaits approval"
    if proposal.delivered_at is not None:
        return f"with the customer since {moment(proposal.delivered_at)}"
    return "on its way to the customer"


def _steps(view: CaseView) -> list[Row]:
    return [
        (
            f"{step.version}.{step.number}",
            _remedy(step.remedy),
            step.status,
            step.reference or step.reason or "",
        )
        for step in view.steps
    ]


def _messages(view: CaseView, texts: Texts) -> list[Row]:
    return [
        (
            str(message.number),
            message.purpose,
            moment(message.released_at),
            message.given_up or f"{moment(message.delivered_at)} {message.channel or ''}".strip(),
            text_of(message.text, texts),
        )
        for message in view.messages
    ]


def _calls(view: CaseView, texts: Texts) -> list[Row]:
    return [
        (moment(each.called_at), each.by, each.result, text_of(each.note, texts))
        for each in view.attempts
    ]


def _calls_to_make(view: CaseView, opening: OpenComplaint, present: Present) -> list[Row]:
    """Return when it is best to call from now on (rule 17)."""
    zone = zone_of(opening.customer)
    local = [(at, at.astimezone(zone)) for at in present.calls or view.calls]
    return [(moment(at), f"{there:%a %H:%M}, {there.tzinfo}") for at, there in local]


def _promises(view: CaseView) -> list[Row]:
    clocks = [clock for cycle in view.cycles for clock in cycle.clocks] + list(view.clocks)
    states = {clock.key: _clock(clock)[3] for clock in clocks}
    return [
        (
            str(promise.number),
            moment(promise.promised_at),
            promise.owner,
            promise.about or "",
            states.get(clock_key(promise.number), ""),
        )
        for promise in view.promises
    ]


def _suggestions(view: CaseView, texts: Texts) -> list[Row]:
    return [
        (str(each.number), moment(each.recorded_at), each.by, text_of(each.text, texts))
        for each in view.suggestions
    ]


def _tasks(view: CaseView) -> list[Row]:
    return [
        (
            str(task.number),
            task.kind,
            "" if task.subject is None else str(task.subject),
            f"done {moment(task.ended_at)}" if task.ended_at else "open",
        )
        for task in view.tasks
    ]


def _waiting(view: CaseView, present: Present) -> list[Row]:
    """Return who had the time: in each cycle up to now, as the journal says, and in all."""
    of_cycles = [
        (str(each.cycle), _who(waited), length(waited.total))
        for each in present.totals
        for waited in each.waiting
    ]
    summed = present.waiting or view.waiting
    in_all = [("all", _who(each), length(each.total)) for each in summed]
    if len(present.totals) == 1:
        in_all = []
    return [*of_cycles, *in_all, ("", view.owned_by, f"since {moment(view.owned_since)}")]


def _who(waited: Waiting) -> str:
    return str(waited.department or waited.party)
