"""How a command is called on the command line, and which ones usually come after it."""

from __future__ import annotations

from typing import NamedTuple


class Verb(NamedTuple):
    """``words`` as they are typed, fields without an option in capitals, and ``then`` the usual next ones."""

    words: str
    then: tuple[str, ...] = ()

    @property
    def path(self) -> list[str]:
        return [word for word in self.words.split() if not word.isupper()]

    @property
    def arguments(self) -> list[str]:
        return [word.lower() for word in self.words.split() if word.isupper()]


VERBS: dict[str, Verb] = {
    # a month
    "OpenPeriod": Verb("month open CENTRE PERIOD", ("month cut-off",)),
    "CutOffPeriod": Verb("month cut-off CENTRE PERIOD", ("month reconcile",)),
    "RunReconciliation": Verb("month reconcile CENTRE PERIOD", ("exceptions", "month issue")),
    "IssueStatements": Verb("month issue CENTRE PERIOD", ("month confirm",)),
    "ConfirmStatement": Verb("month confirm UNIT PERIOD", ("month export",)),
    "DisputeStatement": Verb("month dispute UNIT PERIOD", ("month issue",)),
    "ExportPayroll": Verb("month export CENTRE PERIOD", ("payroll", "month close")),
    "ClosePeriod": Verb("month close CENTRE PERIOD", ("statement", "month open")),
    # pools and wages
    "AllocateBudget": Verb("pool allocate UNIT", ("balances",)),
    "CreditQuotaWage": Verb("pool credit UNIT", ("pool distribute",)),
    "DistributeWage": Verb("pool distribute UNIT", ("balances",)),
    "PassDown": Verb("pool pass-down", ("balances",)),
    "AdjustTransfer": Verb("pool adjust PAYER PAYEE", ("balances",)),
    "DeductCompensation": Verb("pool deduct PERSON PERIOD", ("wage",)),
    "AccrueSafetyWage": Verb("pool accrue", ("wage",)),
    "GrantReward": Verb("pool reward PERSON", ("balances",)),
    "ReverseEntry": Verb("reverse", ("facts",)),
    # documents
    "ReportHazard": Verb("hazard report HAZARD", ("hazard verify",)),
    "VerifyHazard": Verb("hazard verify HAZARD", ("hazard assign",)),
    "RejectHazard": Verb("hazard reject HAZARD"),
    "MergeHazard": Verb("hazard merge HAZARD"),
    "AssignHazard": Verb("hazard assign HAZARD", ("hazard claim",)),
    "ExtendDeadline": Verb("hazard extend HAZARD", ("hazard claim",)),
    "StartRectification": Verb("hazard start HAZARD", ("hazard claim",)),
    "ClaimRectification": Verb("hazard claim HAZARD", ("hazard accept",)),
    "AcceptHazard": Verb("hazard accept HAZARD"),
    "OpenHandover": Verb("handover open HANDOVER", ("handover transfer", "handover sign")),
    "TransferHandoverItem": Verb("handover transfer HANDOVER", ("handover sign",)),
    "SignHandover": Verb("handover sign HANDOVER"),
    "RefuseHandover": Verb("handover refuse HANDOVER", ("handover arbitrate",)),
    "ArbitrateHandover": Verb("handover arbitrate HANDOVER", ("handover sign",)),
    "CancelHandover": Verb("handover cancel HANDOVER"),
    "RequestTender": Verb("tender request TENDER", ("tender approve",)),
    "ApproveTender": Verb("tender approve TENDER", ("tender publish",)),
    "RefuseTender": Verb("tender refuse TENDER"),
    "PublishTender": Verb("tender publish TENDER", ("tender bid",)),
    "SubmitBid": Verb("tender bid TENDER", ("tender award",)),
    "WithdrawBid": Verb("tender withdraw-bid TENDER"),
    "CloseBidding": Verb("tender close TENDER", ("tender award", "tender direct")),
    "Award": Verb("tender award TENDER", ("tender take",)),
    "DirectTender": Verb("tender direct TENDER", ("tender take",)),
    "AcceptAward": Verb("tender take TENDER", ("tender complete",)),
    "ClaimCompletion": Verb("tender complete TENDER", ("tender accept",)),
    "AcceptTender": Verb("tender accept TENDER"),
    "SettleTender": Verb("tender settle TENDER"),
    "TerminateAward": Verb("tender terminate TENDER", ("tender publish",)),
    "CancelTender": Verb("tender cancel TENDER"),
    "IssueSlip": Verb("slip issue SLIP", ("slip serve",)),
    "ServeSlip": Verb("slip serve SLIP", ("slip acknowledge", "slip confirm")),
    "AcknowledgeSlip": Verb("slip acknowledge SLIP", ("slip confirm",)),
    "ConfirmSlip": Verb("slip confirm SLIP"),
    "CancelSlip": Verb("slip cancel SLIP"),
    "IssueNotice": Verb("notice issue NOTICE", ("notice confirm",)),
    "ConfirmNotice": Verb("notice confirm NOTICE"),
    "DisputeNotice": Verb("notice dispute NOTICE", ("notice review",)),
    "ReviewNotice": Verb("notice review NOTICE", ("notice confirm",)),
    "CancelNotice": Verb("notice cancel NOTICE"),
    "ProposePenalty": Verb("penalty propose PENALTY", ("penalty approve",)),
    "ApprovePenalty": Verb("penalty approve PENALTY", ("penalty confirm",)),
    "ConfirmPenalty": Verb("penalty confirm PENALTY"),
    "WaivePenalty": Verb("penalty waive PENALTY"),
    "DisputeSlip": Verb("dispute raise", ("dispute review",)),
    "ReviewSlip": Verb("dispute review", ("slip confirm",)),
    "WithdrawDispute": Verb("dispute withdraw", ("slip confirm",)),
    "LodgeAppeal": Verb("appeal lodge", ("appeal decide",)),
    "DecideAppeal": Verb("appeal decide"),
    # two hands
    "ApproveProposal": Verb("proposal approve PROPOSAL"),
    "RefuseProposal": Verb("proposal refuse PROPOSAL"),
    "WithdrawProposal": Verb("proposal withdraw PROPOSAL"),
}
"""Daily work.  Every other command is `jiesuan act NAME field=value …`."""
