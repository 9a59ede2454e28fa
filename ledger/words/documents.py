"""Kinds of documents, and the states that each of them can be in (``ledger.state``)."""

from __future__ import annotations

from ledger.words.word import Word

DOCUMENTS = {
    "hazard": Word("隐患", "hazard", "A state that has to be fixed.", "需要整改的状态。"),
    "handover": Word("交接单", "handover", "Unfixed items that one team passes to the next.", "班组之间的交接。"),
    "tender": Word("招标单", "tender", "Rectification that a unit buys from another.", "单位向其他单位购买整改。"),
    "slip": Word(
        "赔付单", "compensation slip", "Charges a chain for a hazard or 三违.", "就隐患或三违向责任链收取赔付。"
    ),
    "notice": Word(
        "交易通知单", "trade notice", "Charges a general problem inside a unit.", "单位内部一般问题的交易。"
    ),
    "penalty": Word(
        "处罚单", "penalty", "A charge by a stoppage, quality or other standard.", "按停产、质量等标准收取的赔付。"
    ),
    "due": Word("多发挂账单", "due", "A claim for what a person was overpaid.", "多发工资的应扣。"),
    "case": Word("一事一案", "case", "A charge that is decided individually.", "逐案裁定的赔付。"),
    "accident": Word("事故", "accident", "A classified event.", "按等级认定的事件。"),
    "act": Word("受保护行为", "protected act", "An act for which nobody may be charged.", "依法不得扣罚的行为。"),
    "delegation": Word("授权委托", "delegation", "Roles that are lent from day to day.", "在期限内转授的权限。"),
    "task": Word("履职任务", "duty task", "One dated instance of a list item.", "清单项目的一次应办任务。"),
    "inspection": Word("现场检查", "inspection", "Somebody has inspected a place.", "对地点的一次检查。"),
    "assessment": Word("考核", "assessment", "A person's score sheet of a period.", "个人某一期间的成绩单。"),
    "list": Word("买卖明细", "departments' list", "Trades as a department has them.", "部室提供的交易明细。"),
    "advice": Word("整改建议", "advice", "Something to do until a day.", "限期完成的个人整改。"),
    "training": Word("培训", "training", "A course that a weakness asks for.", "针对薄弱项的培训。"),
    "feedback": Word("意见反馈", "feedback", "An opinion on the scheme.", "对制度的意见。"),
    "proposal": Word(
        "提议", "proposal", "A command that waits for the words it names.", "等待所列人员各自表态的办理。"
    ),
    "corrective": Word(
        "整改问题通知单", "corrective notice", "A unit has to put something right.", "要求单位限期整改的问题。"
    ),
    "risk": Word("风险", "risk", "A danger that measures keep under control.", "由措施管控的危险。"),
    "check": Word("措施检查", "check of a measure", "Does a measure hold?", "对一项管控措施的检查。"),
    "dispute": Word("争议", "dispute", "Lines that are objected to.", "已提出异议的行。"),
    "escrow": Word("暂存", "escrow", "Posted money under appeal.", "申诉中的已入账金额。"),
    "reservation": Word("预留", "reservation", "Pool money that an award holds.", "定标后占用的金额。"),
}
"""The last three are open items that a document holds; the others have a state of their own."""

SERVED = {
    "cancelled": Word("已作废", "cancelled"),
    "confirmed": Word("已确认", "confirmed"),
}

STATES = {
    "hazard": {
        "reported": Word("已上报", "reported"),
        "verified": Word("已核实", "verified"),
        "rejected": Word("不予受理", "rejected"),
        "merged": Word("已合并", "merged"),
        "assigned": Word("已分派", "assigned"),
        "rectifying": Word("整改中", "rectifying"),
        "claimed": Word("待验收", "claimed done"),
        "closed": Word("已闭环", "closed"),
    },
    "corrective": {
        "issued": Word("已签发", "issued"),
        "answered": Word("整改中", "answered"),
        "completed": Word("待验收", "completed"),
        "closed": Word("已闭环", "closed"),
    },
    "risk": {
        "registered": Word("在册", "registered"),
        "retired": Word("已销号", "retired"),
    },
    "check": {
        "ok": Word("合格", "in order"),
        "failed": Word("失效", "failed"),
    },
    "proposal": {
        "open": Word("待同意", "open"),
        "approved": Word("已同意", "approved"),
        "refused": Word("不同意", "refused"),
        "withdrawn": Word("已撤回", "withdrawn"),
        "lapsed": Word("已失效", "lapsed"),
    },
    "handover": {
        "open": Word("交接中", "open"),
        "refused": Word("拒收待裁", "refused, to be arbitrated"),
        "suspended": Word("暂停", "suspended"),
        "signed": Word("已签字", "signed"),
        "cancelled": Word("已撤销", "cancelled"),
    },
    "tender": {
        "requested": Word("已申请", "requested"),
        "approved": Word("已批准", "approved"),
        "refused": Word("未批准", "refused"),
        "published": Word("招标中", "published"),
        "failed": Word("流标", "failed"),
        "cancelled": Word("已取消", "cancelled"),
        "awarded": Word("已定标", "awarded"),
        "accepted": Word("已接单", "taken by the winner"),
        "claimed": Word("待验收", "claimed done"),
        "acceptance_failed": Word("验收未通过", "acceptance failed"),
        "accepted_unsettled": Word("已验收未结算", "accepted on site, unsettled"),
        "settled": Word("已结算", "settled"),
        "terminated": Word("已终止", "terminated"),
    },
    "slip": {
        "issued": Word("已签发", "issued"),
        "served": Word("已送达", "served"),
        **SERVED,
    },
    "penalty": {
        "proposed": Word("待批准", "proposed"),
        "notified": Word("已告知", "notified"),
        **SERVED,
        "waived": Word("已豁免", "waived"),
    },
    "case": {
        "opened": Word("已立案", "opened"),
        "decided": Word("已裁定", "decided"),
        "closed": Word("已结案", "closed"),
        "cancelled": Word("已作废", "cancelled"),
    },
    "due": {
        "raised": Word("已挂账", "raised"),
        "cancelled": Word("已作废", "cancelled"),
    },
    "line": {
        "open": Word("待表态", "in its window"),
        "acknowledged": Word("已认可", "acknowledged"),
        "disputed": Word("有异议", "disputed"),
        "reviewed": Word("已复核", "reviewed"),
    },
    "appeal": {
        "pending": Word("申诉中", "pending"),
        "decided": Word("申诉已裁", "decided"),
    },
    "notice": {
        "issued": Word("已签发", "issued"),
        "disputed": Word("有异议", "disputed"),
        **SERVED,
    },
    "task": {
        "open": Word("待办", "open"),
        "completed": Word("已完成", "completed"),
        "reviewed": Word("已复核", "reviewed"),
        "missed": Word("未完成", "missed"),
        "withdrawn": Word("已撤回", "withdrawn"),
    },
    "inspection": {"recorded": Word("已记录", "recorded")},
    "assessment": {
        "opened": Word("已开启", "opened"),
        "self_scored": Word("已自评", "self-scored"),
        "published": Word("已公布", "published"),
        "objected": Word("有异议", "objected to"),
        "final": Word("已定案", "final"),
    },
    "advice": {
        "open": Word("待办", "open"),
        "closed": Word("已办结", "closed"),
    },
    "training": {
        "pushed": Word("待培训", "pushed"),
        "passed": Word("已合格", "passed"),
    },
    "feedback": {"submitted": Word("已提交", "submitted")},
    "statement": {
        "draft": Word("草稿", "draft"),
        "issued": Word("已签发", "issued"),
        "disputed": Word("有异议", "disputed"),
        "confirmed": Word("已确认", "confirmed"),
        "stale": Word("已过时", "stale: posted to since"),
    },
    "period": {
        "open": Word("未开启", "not announced"),
        "not_opened": Word("未开启", "not announced"),
        "opened": Word("已开启", "opened"),
        "cut_off": Word("已截止", "cut off"),
        "reconciled": Word("已对账", "reconciled"),
        "closed": Word("已关账", "closed"),
    },
    "sheet": {"missing": Word("未开启", "not opened")},
    "day_sheet": {
        "open": Word("未封单", "open"),
        "sealed": Word("已封单", "sealed"),
    },
    "exception": {
        "open": Word("待处理", "open"),
        "resolved": Word("已处理", "resolved"),
    },
    "deposit": {
        "held": Word("在押", "held"),
        "returned": Word("已退还", "returned"),
        "forfeited": Word("已没收", "forfeited"),
    },
}
"""States by kind: of documents, of a slip's lines and their appeals, of statements, months, day sheets and so on."""
