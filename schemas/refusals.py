"""The closed list of reasons for which a command is refused (rule 22)."""

from __future__ import annotations

from schemas.vocabulary import Word


class RefusalCode(Word):
    """A stable code; its sentence says what is wrong and how to mend it."""

    UNDECODABLE = "undecodable", "The message cannot be read; send JSON of the documented form."
    PLAIN_TEXT = "plain_text", "Text must be sealed; send it through a door, not past it."
    UNKNOWN_COMMAND = "unknown_command", "No such command; see the table of commands."
    WRONG_ARITY = "wrong_arity", "A command carries exactly one argument."
    TOO_LARGE = "too_large", "A command may be 64 KiB at most; attach documents by reference."
    INTERNAL_COMMAND = "internal_command", "Only the case itself reports this."
    CANCELLATION = (
        "cancellation",
        "Cancelling its run ends no complaint; withdraw it, or close it through a door.",
    )
    COMMAND_ID_REUSED = "command_id_reused", "This command id was used with another body."
    STALE_VERSION = "stale_version", "The case has moved on; look at it and decide again."
    NOT_ALLOWED = "not_allowed", "This role may not send this command."
    NOT_YOUR_CASE = "not_your_case", "The complaint is another customer's; only they speak for it."
    CASE_CLOSED = "case_closed", "The case is closed; reopen it first, within the window."
    CASE_NOT_CLOSED = "case_not_closed", "This is for closed cases only."
    RUN_COMPLETED = "run_completed", "The windows have passed; open a new, linked complaint."
    WRONG_STAGE = "wrong_stage", "The case is not in a stage in which this makes sense."
    STEP_STILL_OPEN = "step_still_open", "Settle or fail the remedy step instead of the task."
    ACCEPTANCE_HELD = (
        "acceptance_held",
        "Accept or refuse the proposal itself instead.",
    )
    TOO_MANY_COMMANDS = "too_many_commands", "The case has taken all it can hold; open a new one."
    DEPARTMENT_UNKNOWN = (
        "department_unknown",
        "The policy of this case knows no such department; ask another one.",
    )
    CHECK_UNKNOWN = "check_unknown", "The case has no such check."
    CHECK_NOT_OPEN = (
        "check_not_open",
        "The check was completed, returned, handed over or withdrawn.",
    )
    CHECK_NOT_ANSWERED = "check_not_answered", "The check has no finding yet; complete it instead."
    CHECK_NOT_BLOCKING = "check_not_blocking", "No proposal waits for this check."
    SAME_DEPARTMENT = "same_department", "The check is with this department already."
    EXTENSION_UNUSABLE = (
        "extension_unusable",
        "More time ends after the check's due moment, within a year, and no later than was asked.",
    )
    EXTENSION_TOO_LATE = (
        "extension_too_late",
        "The check is overdue: more time is asked for before that; answer it, or send it back.",
    )
    EXTENSION_NOT_ASKED = "extension_not_asked", "The department has not asked for more time."
    NOT_YOUR_CHECK = "not_your_check", "The check is assigned to another department."
    CHECKS_OPEN = "checks_open", "Required checks are open; await or withdraw them first."
    NO_SUCH_PROPOSAL = "no_such_proposal", "No proposal stands; nothing can be accepted or refused."
    PROPOSAL_SUPERSEDED = "proposal_superseded", "A newer version stands; answer that one."
    PROPOSAL_EXPIRED = "proposal_expired", "The time to accept has passed; ask for a new proposal."
    PROPOSAL_STANDS = (
        "proposal_stands",
        "A proposal stands, so that nothing can wait for the check; ask without requiring it.",
    )
    NOT_APPROVED = "not_approved", "The proposal awaits approval; the customer has not got it yet."
    APPROVAL_NOT_AWAITED = "approval_not_awaited", "No such proposal awaits approval."
    OWN_PROPOSAL = "own_proposal", "Nobody decides about their own proposal; ask another person."
    OWN_REMEDY = (
        "own_remedy",
        "Nobody reports that money or things were given which they proposed; ask another person.",
    )
    PROMISE_MISSING = (
        "promise_missing",
        "The proposal needs approval: agree with the customer by when they hear, and promise it.",
    )
    ALTERNATIVE_MISSING = (
        "alternative_missing",
        "No option is what the customer demands: name the reason, explain it and offer a remedy.",
    )
    NOT_ALLOWED_BY_RULE = (
        "not_allowed_by_rule",
        "A rule of law wants other remedies among the options; look at it and offer them.",
    )
    DEMAND_MISSING = "demand_missing", "Name the remedy that the customer wants, or say what."
    ACCEPTANCE_NOT_HELD = "acceptance_not_held", "No acceptance of this version is held."
    ACCEPTANCE_DIFFERS = (
        "acceptance_differs",
        "The acceptance that is held names another option; confirm that one, or accept anew.",
    )
    OPTION_UNKNOWN = "option_unknown", "The proposal has no such option."
    EVIDENCE_MISSING = (
        "evidence_missing",
        "Consent that is recorded for the customer names its evidence, such as the recorded call.",
    )
    OPTION_COUNT = (
        "option_count",
        "A proposal has one to five options, each with one to five steps.",
    )
    STEP_INVALID = "step_invalid", "A step names its item, or a positive amount or cost."
    ABOVE_AUTHORITY = "above_authority", "The proposal exceeds what the agent may grant."
    STEP_UNKNOWN = "step_unknown", "The remedy has no such step."
    STEP_NOT_OPEN = "step_not_open", "The step is settled or compensated already."
    STEP_UNDER_WAY = "step_under_way", "A service is carrying the step out and reports by itself."
    STEP_NOT_REVERSIBLE = "step_not_reversible", "What people said or did cannot be taken back."
    CALLBACK_IN_FUTURE = "callback_in_future", "An attempt must lie in the past."
    CALLBACK_TOO_EARLY = "callback_too_early", "A callback follows the remedy or explanation."
    WINDOW_PASSED = "window_passed", "The time for this has passed; open a new, linked complaint."
    SURVEY_NOT_OFFERED = "survey_not_offered", "No survey was offered for this cycle."
    SCORE_OUT_OF_RANGE = "score_out_of_range", "A score is a whole number from 1 to 5."
    TASK_UNKNOWN = "task_unknown", "The case has no such open task."
    CASE_MERGED = "case_merged", "The case goes on under another number."
    CASE_NOT_MERGED = "case_not_merged", "The case was not merged into another one."
    MERGE_TOO_LATE = (
        "merge_too_late",
        "The customer was offered or given something here; merge the other complaint into this.",
    )
    MERGE_CIRCULAR = (
        "merge_circular",
        "Others go on under this number; merge it into an earlier complaint only.",
    )
    HOLD_BEFORE_REPLY = "hold_before_reply", "Answer the customer first; ask after that."
    HOLD_EXHAUSTED = "hold_exhausted", "The case has waited as long as policy lets it; go on."
    MOMENT_UNSUITABLE = "moment_unsuitable", "The moment must lie ahead, and not too far."
    NOT_ABOVE = "not_above", "A case is raised to a supervisor or a manager only."
    FINDING_MISSING = (
        "finding_missing",
        "Ask legal or quality first; only their finding that it is without ground allows this.",
    )
    STEPS_OPEN = "steps_open", "Remedy steps are open; settle them first."
    LINK_INVALID = "link_invalid", "Name the number of another complaint."
    SIGN_OFF_INSTEAD = "sign_off_instead", "A manager sends sign_off instead of doing the task."
    TEMPORARILY_UNAVAILABLE = "temporarily_unavailable", "A store is away; try again soon."
    STAMP_PASSED = (
        "stamp_passed",
        "A command that was stamped later was refused; send it anew, with a stamp and id of now.",
    )
    UNSIGNED = "unsigned", "Only signed commands count here; send it through a door."
    SIGNATURE_INVALID = (
        "signature_invalid",
        "The signature does not fit this command to this case; send it anew through a door.",
    )
    KEY_UNKNOWN = (
        "key_unknown",
        "The case does not trust this door's key; a manager makes it trusted with trust_keys.",
    )
    TOKEN_INVALID = (
        "token_invalid",
        "The check token is not that check's, or was shown before; answer through a door.",
    )
    KEYS_UNUSABLE = (
        "keys_unusable",
        "Name one key or more, each of its own id and the documented form, this door's among them.",
    )
    POLICY_PRESENT = "policy_present", "The case runs under this policy already."
    POLICY_UNSUITABLE = (
        "policy_unsuitable",
        "The case cannot go on under this policy; check its file and what its version is.",
    )
