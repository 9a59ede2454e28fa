"""The Chinese names of what stands in a paper: facts, documents, states."""

from __future__ import annotations

FACTS = {
    "BalanceOpened": "期初余额",
    "BudgetAllocated": "拨付指标",
    "QuotaWageCredited": "计件定额工资",
    "UnitDueRecovered": "收回单位欠款",
    "WageDistributed": "工资分配",
    "DailyQuotaWageAccrued": "日计件工资",
    "SafetyWageAccrued": "安全工资兑现",
    "SafetyWageRemainderDecided": "安全工资余额处理",
    "HandoverItemTransferredOut": "隐患流转支出",
    "HandoverItemTransferredIn": "隐患流转收入",
    "TenderSettledOut": "招标整改支出",
    "TenderSettledIn": "招标整改收入",
    "SlipConfirmed": "安全质量赔付",
    "PenaltyConfirmed": "绩效赔付",
    "AppealHeld": "申诉暂存",
    "AppealDecided": "申诉退还",
    "CompensationDeducted": "本期扣款",
    "DueWrittenOff": "核销赔付",
    "TradeNoticeConfirmed": "交易通知单支出",
    "TradeNoticeReceived": "交易通知单收入",
    "EntryReversed": "红字冲销",
    "PoolPassedDown": "下拨",
    "PoolReceived": "收到下拨",
    "TransferOutImported": "补录转出",
    "TransferInImported": "补录转入",
    "TransferAdjustedOut": "调整转出",
    "TransferAdjustedIn": "调整转入",
    "PayrollExported": "移交发放",
    "DepositCollected": "收取抵押金",
    "DepositReturned": "退还抵押金",
    "DepositForfeited": "没收抵押金",
    "BonusAwarded": "考核奖励",
    "EqualForcePenaltyConfirmed": "对等赔付",
    "RewardGranted": "奖励",
}
"""Every fact that can move money."""

DOCUMENTS = {
    "slip": "赔付单",
    "notice": "交易通知单",
    "handover": "交接单",
    "tender": "招标单",
    "penalty": "处罚单",
    "hazard": "隐患",
    "case": "一事一案",
    "accident": "事故",
    "assessment": "考核",
    "dispute": "争议",
    "escrow": "暂存",
    "reservation": "预留",
    "task": "履职任务",
}

CLASSES = {
    "opening": "期初",
    "quota_wage": "计件定额",
    "income": "市场收入",
    "expense": "市场支出",
    "distribution": "工资分配",
    "slips": "赔付",
    "notices": "通知单",
    "adjustments": "上期调整",
    "other": "其他",
    "deduction": "扣款",
    "payroll": "发放",
}

ACCOUNTS = {
    "PAY_PERF": "应付绩效工资",
    "PAY_SAFETY": "应付安全工资",
    "PAY_BONUS": "应付奖励",
    "DUE_PERSON": "待扣赔付",
}

STATES = {
    "draft": "草稿",
    "issued": "已签发",
    "disputed": "有异议",
    "confirmed": "已确认",
    "open": "未封单",
    "sealed": "已封单",
}
MODES = {"signed": "单位确认", "deemed": "逾期视同确认"}
LEVELS = {1: "公司", 2: "二级单位", 3: "车间", 4: "班组", 5: "岗位"}


def fact(name: str) -> str:
    return FACTS.get(name, name)


def document(kind: str | None) -> str | None:
    return None if kind is None else DOCUMENTS.get(kind, kind)
