"""Refusals (拒绝代码); ``ledger.errors`` has the codes, and its docstrings the English sentences."""

from __future__ import annotations

from ledger.words.word import Word

REFUSALS = {
    "INVALID": Word("填写有误", "invalid", meaning_zh="字段的格式、类型、范围或组合不正确。"),
    "IDEMPOTENCY_CONFLICT": Word("编号冲突", "id conflict", meaning_zh="同一编号曾以不同内容提交。"),
    "FUTURE": Word("时间超前", "in the future", meaning_zh="所述发生时间晚于现在。"),
    "TOO_LATE": Word("超过时限", "too late", meaning_zh="记录或生效的时间晚于规定期限。"),
    "DUPLICATE": Word("重复", "duplicate", meaning_zh="编号或自然键已被使用。"),
    "WRONG_CENTRE": Word("结算中心不符", "wrong centre", meaning_zh="应由另一结算中心办理。"),
    "AUTHORITY": Word("无权办理", "no authority", meaning_zh="缺少角色、授权或审批。"),
    "SOD": Word("不相容职务", "segregation of duties", meaning_zh="同一人, 或执行单位的成员, 不得兼办这两件事。"),
    "SELF_DEAL": Word("自我交易", "self-dealing", meaning_zh="付款方与中标方是同一单位。"),
    "STATE": Word("状态不允许", "wrong state", meaning_zh="单据当前状态不允许此操作。"),
    "ALREADY": Word("已办理", "already done", meaning_zh="此事已经办过, 只能办理一次。"),
    "NOT_READY": Word("条件未具备", "not ready", meaning_zh="须先办理其他事项。"),
    "OPEN_ITEMS": Word("有未清事项", "open items", meaning_zh="未了事项既未关闭也未流转。"),
    "NOT_RESPONSIBLE": Word("非责任单位", "not responsible", meaning_zh="隐患不在该单位名下。"),
    "NO_PRICE": Word("无价格", "no price", meaning_zh="该日期没有有效的价格项目、层级行或追责链行。"),
    "ROLE": Word("角色不唯一", "several holders", meaning_zh="该角色由多人担任, 未指明是谁。"),
    "EXEMPT": Word("免责", "exempt", meaning_zh="单位当班自查自改, 不收费。"),
    "PROTECTED_ACT": Word("受保护行为", "protected act", meaning_zh="法律禁止因此行为扣减工资。"),
    "BASIS": Word("缺少依据", "no basis", meaning_zh="缺少制度依据、公示或其佐证。"),
    "WRONG_DOC": Word("单据类型不符", "wrong document", meaning_zh="此事须用另一种单据办理。"),
    "WINDOW_CLOSED": Word("异议期已过", "window closed", meaning_zh="提出异议的期限已过。"),
    "LATE_BID": Word("投标逾期", "late bid", meaning_zh="投标截止时间已过。"),
    "PREMIUM": Word("溢价超限", "premium too high", meaning_zh="溢价高于允许上限。"),
    "QTY": Word("数量超限", "quantity too large", meaning_zh="数量超过可验收数量。"),
    "PARTIAL": Word("不得部分结算", "no part settlement", meaning_zh="不允许部分结算。"),
    "INSUFFICIENT": Word("余额不足", "insufficient", meaning_zh="可用余额、基金或积分不足。"),
    "EXCEEDS": Word("超过未结额", "exceeds what is open", meaning_zh="金额超过尚未结清的部分。"),
    "BUDGET": Word("超指标", "over budget", meaning_zh="超过已核定的指标。"),
    "NO_GROSS": Word("缺应发工资", "no gross wage", meaning_zh="当月应发工资尚未导入。"),
    "LOCKED": Word("已锁定", "locked", meaning_zh="由上级或法律确定, 不得更改。"),
    "REVERSAL": Word("不可红冲", "no reversal", meaning_zh="不能红冲, 或已经红冲。"),
    "CRITERIA": Word("不符合条件", "criteria not met", meaning_zh="必需的标准或条件未满足。"),
    "EVIDENCE": Word("缺少佐证", "evidence missing", meaning_zh="未提供佐证。"),
    "NO_CALENDAR": Word("缺日历", "no calendar", meaning_zh="该日期没有班次或工作日历。"),
    "NOT_ELIGIBLE": Word("无评奖资格", "not eligible", meaning_zh="不具备获得奖励的资格。"),
    "SUSPENDED": Word("已暂停上岗", "suspended", meaning_zh="该人员处于暂停上岗状态。"),
}

UNKNOWN = "UNKNOWN_"
"""``UNKNOWN_SLIP`` and the like: what the command refers to, in capitals, is not known."""

REFERENCES = {
    "unit": Word("单位", "unit"),
    "person": Word("人员", "person"),
    "centre": Word("结算中心", "settlement centre"),
    "party": Word("当事人", "party"),
    "command": Word("命令", "command"),
    "statement": Word("结算单", "statement"),
    "report": Word("分析报告", "analysis report"),
    "job": Word("后台任务", "job"),
}
"""Things that can be unknown and are no kind of document."""


def unknown(thing: Word) -> Word:
    """The refusal of a reference to such a thing."""
    return Word(
        f"无此{thing.zh}", f"unknown {thing.en}", f"The {thing.en} is not known.", f"所引用的{thing.zh}不存在。"
    )


PROBLEMS = {
    "BUSY": Word("系统繁忙", "busy", meaning_zh="等待的命令已超过队列容量; 未作任何记录。"),
    "UNAVAILABLE": Word("暂不可用", "unavailable", meaning_zh="数据库不可用或繁忙; 未作任何记录。"),
    "UNKNOWN_OUTCOME": Word("结果未知", "outcome unknown", meaning_zh="提交时连接中断: 请以同一编号重新提交同一命令。"),
    "NOT_YET": Word("尚未更新", "not yet", meaning_zh="查询数据尚未更新到所等待的位置。"),
    "NOT_FOUND": Word("未找到", "not found", meaning_zh="该地址下没有内容。"),
    "TOO_LARGE": Word("内容过大", "too large", meaning_zh="内容超过一条命令的上限。"),
    "DEFECT": Word("系统缺陷", "defect", meaning_zh="账本自身的错误; 已记入日志。"),
}
"""Answers of the service that are no refusals of the ledger (``api.http.problems``)."""
