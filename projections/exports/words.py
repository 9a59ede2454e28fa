"""What an accountant reads beside the facts that move money."""

from __future__ import annotations

FACTS = {
    "AppealDecided": "申诉裁决",
    "AppealHeld": "申诉暂存",
    "BalanceOpened": "期初建账",
    "BonusAwarded": "奖励",
    "BudgetAllocated": "工资指标下达",
    "CompensationDeducted": "赔付扣款",
    "DailyQuotaWageAccrued": "日清计件工资",
    "DepositCollected": "风险抵押金收取",
    "DepositForfeited": "风险抵押金罚没",
    "DepositReturned": "风险抵押金返还",
    "DueWrittenOff": "待扣赔付核销",
    "EntryReversed": "红冲",
    "EqualForcePenaltyConfirmed": "同等力度处罚",
    "HandoverItemTransferredIn": "班组交接收入",
    "HandoverItemTransferredOut": "班组交接支出",
    "PayrollExported": "移交发放",
    "PenaltyConfirmed": "绩效赔付",
    "PoolPassedDown": "工资池下拨",
    "PoolReceived": "工资池拨入",
    "QuotaWageCredited": "计件定额工资",
    "RewardGranted": "奖励发放",
    "SafetyWageAccrued": "安全工资",
    "SafetyWageRemainderDecided": "安全工资余额处理",
    "SlipConfirmed": "安全质量赔付单",
    "TenderSettledIn": "招标结算收入",
    "TenderSettledOut": "招标结算支出",
    "TradeNoticeConfirmed": "交易通知单",
    "TradeNoticeReceived": "交易通知单收入",
    "TransferAdjustedIn": "补差收入",
    "TransferAdjustedOut": "补差支出",
    "TransferInImported": "转账收入(导入)",
    "TransferOutImported": "转账支出(导入)",
    "UnitDueRecovered": "欠额扣回",
    "WageDistributed": "工资分配",
}
"""The Chinese name of every fact with entries."""


def fact_in_words(name: str) -> str:
    """The Chinese name of a fact that moves money."""
    return FACTS.get(name, name)
