"""Accounts (科目) and sources of money; ``ledger.accounts`` has the codes."""

from __future__ import annotations

from ledger.words.word import Word

ACCOUNTS = {
    "SRC_WAGE": Word(
        "年度工资指标来源",
        "source: wage indicator of the year",
        "Use of a unit's approved wage indicator.",
        "单位已使用的年度工资指标。",
    ),
    "SRC_GROUP": Word(
        "集团专项投入",
        "source: special input of the group",
        "Money of the group for units that reach the yearly safety goal.",
        "集团对完成年度安全目标单位的专项投入。",
    ),
    "SRC_QUOTA": Word(
        "计件定额工资来源",
        "source: quota wage",
        "Settled production, which feeds the wage pool.",
        "生产结算结果, 工资总额池的来源。",
    ),
    "SRC_PROJECT": Word(
        "工程款来源", "source: project money", "Project money that a unit may use.", "可用工程款的来源。"
    ),
    "SRC_BONUS": Word(
        "奖励来源",
        "source: bonuses",
        "Money of bonuses: of a quarter, a contract, a control quota.",
        "季度奖、承包兑现奖、控制指标奖的来源。",
    ),
    "SRC_DEPOSIT": Word(
        "抵押金收存", "source: deposits in custody", "Deposits that were paid in.", "已收存的风险抵押金。"
    ),
    "POOL_WAGE": Word(
        "单位工资总额池",
        "wage pool",
        "Wages that a unit may still distribute, those of the units below it apart.",
        "单位尚可分配的工资, 不含下级单位。",
    ),
    "POOL_SAFETY": Word(
        "安全工资池", "safety wage pool", "Safety wages that are not paid yet.", "尚未兑现的安全工资。"
    ),
    "POOL_PROJECT": Word("工程款池", "project pool", "Project money of a unit.", "单位的工程款余额。"),
    "FUND_SAFETY": Word(
        "安全奖惩基金",
        "safety fund",
        "Compensation that a settlement centre has received and not given out as rewards.",
        "结算中心收入的赔付, 用于奖励。",
    ),
    "PAY_PERF": Word(
        "应付绩效(计件)工资",
        "performance wage payable",
        "Performance wage of a person before payroll.",
        "个人待发绩效工资。",
    ),
    "PAY_SAFETY": Word(
        "应付安全工资", "safety wage payable", "Safety wage of a person before payroll.", "个人待发安全工资。"
    ),
    "PAY_BONUS": Word("应付奖励", "bonus payable", "Bonuses and rewards of a person before payroll.", "个人待发奖励。"),
    "DEP_RISK": Word("风险抵押金", "risk deposit", "A leading person's deposit that is held.", "在押的负责人抵押金。"),
    "DUE_PERSON": Word(
        "应收个人赔付(待扣)",
        "due from a person",
        "Compensation that is confirmed and not yet deducted.",
        "已确认、尚未扣款的个人赔付。",
    ),
    "DUE_UNIT": Word(
        "应收单位赔付",
        "due from a unit",
        "The part of an obligation that the pool could not pay.",
        "工资总额池不足支付的欠额。",
    ),
    "CLR_TRADE": Word(
        "交易清算",
        "trade clearing",
        "Both legs of a transfer meet here; zero when a month closes.",
        "转账两端在此对冲, 月结时为零。",
    ),
    "ESC_DISPUTE": Word("争议暂存", "escrow", "Posted amounts that are under appeal.", "申诉期间暂存的已入账金额。"),
    "OUT_PAYROLL": Word(
        "已移交发放", "handed to payroll", "Wages that have left for payroll.", "已移交人力资源发放的金额。"
    ),
    "OPENING": Word("期初", "opening", "Counterpart of balances that came from outside.", "期初建账余额的对方科目。"),
}

OWN_ACCOUNTS = {
    "PAY_PERF": Word("应付绩效工资", "performance wage payable"),
    "PAY_SAFETY": Word("应付安全工资", "safety wage payable"),
    "PAY_BONUS": Word("应付奖励", "bonus payable"),
    "DUE_PERSON": Word("待扣赔付", "compensation to be deducted"),
}
"""As a person's own list calls them."""

CLASSES = {
    "opening": Word("期初", "opening"),
    "quota_wage": Word("计件定额", "quota wage"),
    "income": Word("市场收入", "market income"),
    "expense": Word("市场支出", "market expense"),
    "distribution": Word("工资分配", "distribution"),
    "slips": Word("赔付", "compensation"),
    "notices": Word("通知单", "notices"),
    "adjustments": Word("上期调整", "prior-period adjustments"),
    "other": Word("其他", "other"),
    "deduction": Word("扣款", "deduction"),
    "payroll": Word("发放", "payroll"),
}
"""In which line of a statement an entry counts (``projections.statement_classes``)."""
