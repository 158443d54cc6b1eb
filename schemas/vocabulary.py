"""The closed lists of words that Redress uses, with a sentence for every value.

Values are wire contract: they stand in histories and journals for ever. Add, never rename.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Word(StrEnum):
    """A word of a closed list; `sentence` explains it to people."""

    sentence: str

    def __new__(cls, value: str, sentence: str = "") -> Self:
        """Attach the sentence to the word."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.sentence = sentence
        return member


class Stage(Word):
    """Where a case stands (docs/requirements.md)."""

    RECEIVED = "received", "The complaint is accepted; nobody has been asked anything yet."
    INVESTIGATING = "investigating", "What happened is being looked into."
    DECIDING = "deciding", "The owner is preparing what to offer the customer."
    AWAITING_APPROVAL = "awaiting_approval", "A superior decides whether it may be offered (H4)."
    AWAITING_CONSENT = "awaiting_consent", "The customer holds a proposal and has not answered."
    REMEDYING = "remedying", "The customer agreed; the remedy is being carried out."
    FOLLOWING_UP = "following_up", "The remedy is done; the customer will be called back."
    CLOSED = "closed", "The cycle has an outcome; the case can still be reopened for a time."


class Channel(Word):
    """How the complaint reached us (H18): data about the case, never another process."""

    STORE_DESK = "store_desk", "In person at the service desk of a store."
    PHONE = "phone", "By telephone."
    ONLINE_CHAT = "online_chat", "By chat on the website."
    WECHAT = "wechat", "Through WeChat."
    APP = "app", "Through the company's app."
    WEB = "web", "Through a web form."
    EMAIL = "email", "By e-mail."
    SOCIAL_MEDIA = "social_media", "Publicly, on a social network."
    LETTER = "letter", "By post."
    PLATFORM = "platform", "Through a marketplace or complaint platform."
    AUTHORITY = "authority", "Through a public authority."


class Category(Word):
    """What the complaint is about (docs/requirements.md)."""

    PRODUCT_QUALITY = "product_quality", "The product does not do what it should."
    LOGISTICS = "logistics", "Delivery is late, lost or damaged on its way."
    MISSING_OR_WRONG_ITEMS = "missing_or_wrong_items", "Something is missing or is not as ordered."
    DESCRIPTION_MISMATCH = "description_mismatch", "The product is not as it was described."
    SERVICE_ATTITUDE = "service_attitude", "A member of staff behaved badly."
    AFTER_SALES = "after_sales", "Repair, installation or return was not carried out well."
    PRICE_OR_PROMOTION = "price_or_promotion", "A price, bill or promotion is disputed."
    SAFETY = "safety", "Somebody was or could have been harmed."
    OTHER = "other", "None of the other categories, or not known yet."


class Severity(Word):
    """How serious the complaint is (H20)."""

    MINOR = "minor", "An annoyance."
    MODERATE = "moderate", "A real disadvantage to the customer."
    MAJOR = "major", "Considerable harm, or attention from outside."
    CRITICAL = "critical", "Somebody is hurt or in danger, or the company is."

    @property
    def rank(self) -> int:
        """0 for minor up to 3 for critical."""
        return list(type(self)).index(self)


class Language(Word):
    """A language in which customers are addressed (docs/requirements.md reading 10)."""

    ZH_HANS = "zh-Hans", "Chinese, simplified characters."
    ZH_HANT = "zh-Hant", "Chinese, traditional characters."
    EN = "en", "English."


class Role(Word):
    """In which capacity somebody sends a command (docs/requirements.md)."""

    SYSTEM = "system", "A backend system, or Redress itself."
    AGENT = "agent", "Customer service."
    SUPERVISOR = "supervisor", "Superior of agents."
    MANAGER = "manager", "Responsible for a store or a service centre."
    DEPARTMENT = "department", "A department that answers checks."
    CUSTOMER = "customer", "The customer, about the own case."
    REVIEWER = "reviewer", "The service-quality room (H23)."
    AUDITOR = "auditor", "Reads everything, changes nothing."


class Rank(Word):
    """How far up a level of an escalation ladder reaches (rule 14)."""

    OWNER = "owner", "The person who is responsible for the case."
    SUPERVISOR = "supervisor", "A superior of agents."
    MANAGER = "manager", "Responsible for a store or a service centre."
    DIRECTOR = "director", "Responsible for all of them."

    @property
    def above(self) -> Rank:
        """The rank one level up; the highest stays."""
        ranks = list(type(self))
        return ranks[min(ranks.index(self) + 1, len(ranks) - 1)]


class Department(Word):
    """Who checks what happened (H7)."""

    WAREHOUSE = "warehouse", "Picking, packing and stock."
    LOGISTICS = "logistics", "Tracking and delivery."
    QUALITY = "quality", "Batches and inspections."
    LEGAL = "legal", "Rules that apply; abuse of them."
    AFTER_SALES = "after_sales", "Repair orders and service visits."
    STORE_OPERATIONS = "store_operations", "Staff and till of a store."


class Party(Word):
    """Who owns the time of a case at an instant (rule 21)."""

    AGENT = "agent", "Customer service."
    CUSTOMER = "customer", "The customer, whose answer is awaited."
    SUPERVISOR = "supervisor", "The approver of a proposal."
    DEPARTMENTS = "departments", "Departments whose required checks are open."
    REMEDY = "remedy", "Whoever carries out the agreed remedy."
    CALLBACK = "callback", "The follow-up after the remedy."
    NOBODY = "nobody", "The case is closed, between cycles."


class ClockKind(Word):
    """What a clock measures (H1, H2, readings 3 to 5)."""

    REPLY = "reply", "A person answers the customer."
    PROGRESS = "progress", "The customer hears how it goes, repeatedly."
    SOLUTION = "solution", "A proposal or explanation reaches the customer."
    CONSENT = "consent", "The customer answers a proposal."
    REMEDY = "remedy", "Every step of the remedy is carried out."
    CALLBACK = "callback", "The customer is asked whether it is solved."
    CHECK = "check", "A department answers its check."
    APPROVAL = "approval", "A superior decides about a proposal (H4)."
    PROMISE = "promise", "A date that was given to the customer is kept (rule 15)."
    HOLD = "hold", "The customer answers our question (rule 5)."
    EXTERNAL = "external", "A platform or authority gets its answer (rule 26)."


class Verdict(Word):
    """How a clock ended; written once, when it ends (reading 2)."""

    MET = "met", "Answered, received at or before its due moment."
    BREACHED = "breached", "Answered after its due moment, or overdue and never answered."
    WITHDRAWN = "withdrawn", "Ended unanswered before its due moment: no longer needed."


class Proof(Word):
    """What a moment rests on (reading 2, rule 2)."""

    DOOR = "door", "Stamped by our door when the message reached us."
    ENGINE = "engine", "No trusted stamp: the moment the workflow handled it."


class Outcome(Word):
    """How a cycle ended (docs/requirements.md)."""

    SATISFIED = "satisfied", "The customer is content."
    NEUTRAL = "neutral", "The customer neither praises nor objects."
    DISSATISFIED = "dissatisfied", "The customer is still unhappy; a further cycle follows."
    DISSATISFIED_EXHAUSTED = (
        "dissatisfied_exhausted",
        "Still unhappy after the last cycle allowed; a manager signed off.",
    )
    UNREACHABLE = "unreachable", "Every callback attempt failed."
    NO_ANSWER = (
        "no_answer",
        "No answer to the proposal came; nothing of it was carried out.",
    )
    WITHDRAWN = "withdrawn", "The customer took the complaint back."
    UNJUSTIFIED = "unjustified", "Found without ground by legal or quality and a supervisor."
    EXPLAINED = "explained", "A misunderstanding that an explanation solved."
    MERGED = "merged", "Continued under another complaint's number."


class CheckStatus(Word):
    """Where a check stands (rule 9)."""

    OPEN = "open", "Asked; nobody of the department has taken it."
    CLAIMED = "claimed", "Somebody of the department works on it."
    COMPLETED = "completed", "Answered with a finding."
    RETURNED = "returned", "Sent back: wrong department, or a question."
    WITHDRAWN = "withdrawn", "No longer needed."
    HANDED_OVER = "handed_over", "Passed on to another department, as a check of its own."


class Finding(Word):
    """What a department found."""

    CONFIRMED = "confirmed", "It happened as the customer says."
    PACKING_FAULT = "packing_fault", "The parcel left the warehouse incomplete or wrong."
    LATE_DELIVERY = "late_delivery", "The parcel arrived after the promised moment."
    LOST_IN_TRANSIT = "lost_in_transit", "The carrier has lost the parcel."
    BATCH_FAULT = "batch_fault", "The batch of the product has a fault."
    RULE_NOT_APPLICABLE = "rule_not_applicable", "The rule the customer invokes does not apply."
    ABUSE = "abuse", "The customer uses a rule against its purpose, again and again."
    APPOINTMENT_MISSED = "appointment_missed", "A promised visit or repair did not take place."
    STAFF_FAULT = "staff_fault", "A member of staff behaved as the customer says."
    NOT_CONFIRMED = "not_confirmed", "The records do not show what the customer says."
    CUSTOMER_ERROR = "customer_error", "The records show another cause on the customer's side."
    INCONCLUSIVE = "inconclusive", "The records do not decide it; a person must look."


class ReturnReason(Word):
    """Why a department sends a check back."""

    WRONG_DEPARTMENT = "wrong_department", "Another department can answer this."
    QUESTION = "question", "The department needs to know more."


class RemedyKind(Word):
    """What can be offered to a customer (H25)."""

    EXPLANATION = "explanation", "An explanation of what happened."
    APOLOGY = "apology", "An apology."
    REPAIR = "repair", "The product is repaired."
    EXCHANGE = "exchange", "The product is exchanged."
    RESEND = "resend", "Missing or lost parts are sent again."
    REFUND = "refund", "The price is paid back."
    PARTIAL_REFUND = "partial_refund", "A part of the price is paid back."
    COUPON = "coupon", "A coupon."
    GIFT = "gift", "A gift."
    CHANGE_OF_STAFF = "change_of_staff", "Another person takes care of the customer."


class StepStatus(Word):
    """Where a step of a remedy stands (rule 13)."""

    STARTED = "started", "Being carried out; whether it took effect is not known yet."
    SETTLED = "settled", "Carried out, with a reference to the outside record."
    FAILED = "failed", "Could not be carried out; a person has the task."
    COMPENSATED = "compensated", "Taken back, or given up before it took effect."


class TaskKind(Word):
    """Work that a person must do before the case can go on as planned."""

    DELIVER_MESSAGE = "deliver_message", "A message could not be delivered; tell the customer."
    CARRY_OUT_STEP = "carry_out_step", "A remedy step must be carried out by hand."
    CONFIRM_ACCEPTANCE = "confirm_acceptance", "The customer accepted and objected; ask which."
    ANSWER_DEPARTMENT = "answer_department", "A department sent a check back."
    SIGN_OFF = "sign_off", "A manager signs off a customer who stays dissatisfied."
    ANSWER_OBJECTION = "answer_objection", "The customer objects to what was agreed; speak to them."
    KEEP_PROMISE = "keep_promise", "Do what was promised to the customer by its date (rule 15)."
    ADD_CALENDAR_YEAR = (
        "add_calendar_year",
        "A deadline reaches a year that its calendar does not know, and counts plain hours.",
    )
    CLEAR_PAYMENT = (
        "clear_payment",
        "Money was paid back by hand that the order does not cover; clear it with the accounts.",
    )


class CallbackResult(Word):
    """What a callback attempt brought (rule 17)."""

    SATISFIED = "satisfied", "Reached, and content."
    NEUTRAL = "neutral", "Reached, neither content nor unhappy."
    DISSATISFIED = "dissatisfied", "Reached, and still not satisfied."
    NOT_REACHED = "not_reached", "Nobody answered."


class RefusalReason(Word):
    """Why a customer refuses a proposal."""

    TOO_LITTLE = "too_little", "It does not make good what happened."
    WRONG_REMEDY = "wrong_remedy", "The customer wants another kind of remedy."
    TOO_LATE = "too_late", "It comes too late to be of use."
    OTHER = "other", "Another reason, told in words."


class Choice(Word):
    """When a rule's remedy must be offered, and whose choice it is among several (rule 26)."""

    DEMANDED = "demanded", "Only when the customer demands it."
    CUSTOMER = "customer", "One in any case; the customer's, where it is among them."
    SELLER = "seller", "One in any case, of our choice."


class UnmetReason(Word):
    """Why what the customer asks for is not offered (H6, rule 31)."""

    NOT_DUE = "not_due", "No rule and no agreement gives it to the customer."
    NOT_CONFIRMED = "not_confirmed", "The checks do not bear out what is asked for."
    NOT_AVAILABLE = "not_available", "It is not to be had, or not in time."
    DISPROPORTIONATE = "disproportionate", "It is out of proportion to what happened."
    OTHER = "other", "Another reason, told in words."


class Purpose(Word):
    """What a message to the customer is for."""

    ACKNOWLEDGEMENT = "acknowledgement", "We have it, and by when it will be solved (H3)."
    REPLY = "reply", "A person answers."
    PROPOSAL = "proposal", "What we offer."
    PROPOSAL_REMINDER = "proposal_reminder", "The offer still waits for an answer."
    EXPLANATION = "explanation", "What happened, explained."
    CONSENT_RECORDED = "consent_recorded", "The agreement is recorded; we start now."
    REMEDY_DONE = "remedy_done", "The agreed remedy is carried out."
    CLOSED = "closed", "The case is closed, and how to come back."
    SURVEY = "survey", "How content are you (H12)?"
    NO_ANSWER_CLOSED = "no_answer_closed", "Closed because no answer came."
    WITHDRAWN_CONFIRMED = "withdrawn_confirmed", "The complaint is taken back as wished."
    PROMISE_MADE = "promise_made", "A date agreed with the customer (rule 15)."
    PROMISE_BROKEN = "promise_broken", "A date was not kept: why, and the new one (rule 15)."
    DELAY = "delay", "The solution is late: why, and the new date (rule 16)."
    PROGRESS = "progress", "How it goes, while it goes on (H10)."
    UNJUSTIFIED_CLOSED = "unjustified_closed", "Found without ground: why, and what else we offer."
    HOLD_QUESTION = "hold_question", "A question, and when we remind the customer (rule 5)."
    CALLBACK_MOVED = "callback_moved", "The callback has a new appointment (rule 17)."
    MERGED = "merged", "The complaint goes on under another number (rule 20)."


class NoticeLevel(Word):
    """Why somebody of the staff is told something."""

    WARNING = "warning", "Most of the time has passed."
    OVERDUE = "overdue", "The due moment has passed without an answer."
    NOTE = "note", "Somebody wrote a note to this department."
    ESCALATION = "escalation", "The case was raised to this role."
    REQUEST = "request", "Somebody asks this role to decide."


class CommandStatus(Word):
    """What became of a command."""

    ACCEPTED = "accepted", "It took effect."
    REFUSED = "refused", "It did not take effect; the code says why."


class Authenticity(Word):
    """How messages prove who sent them; pinned when the case starts."""

    OPEN = "open", "Actors are believed; for histories from before signing existed."
    SIGNED = "signed", "Doors sign each command."


class CycleCause(Word):
    """Why a cycle began."""

    OPENED = "opened", "The complaint was received."
    REOPENED = "reopened", "The customer or an agent reopened the case."
    CALLBACK = "callback", "The customer was still not satisfied at the callback."
    SURVEY = "survey", "The survey score was 1 or 2."
    ANSWERED = "answered", "An answer that had reached us in time was handled after the closing."
    UNMERGED = "unmerged", "It was another matter than the complaint into which it was merged."
