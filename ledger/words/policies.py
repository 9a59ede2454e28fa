"""Policy keys (制度参数); ``ledger.policy`` has the forms of their values and the defaults."""

from __future__ import annotations

from ledger.words.word import Word

POLICIES = {
    # organisation
    "org.levels": Word("组织层级数", "levels of market subjects"),
    "discovery.tiers": Word("查出层级", "discovery tiers"),
    "hazard.levels": Word("隐患等级", "hazard levels"),
    "appeal.final": Word("申诉终裁", "last instance of appeals"),
    "case.quorum": Word("一事一案审批人数", "approvals that decide a case"),
    "approval.delegation": Word("审批授权方式", "delegation of approvals"),
    "report.anonymous": Word("匿名上报", "anonymous reports"),
    # scores
    "score.round": Word("成绩取位与比较", "rounding and comparing of scores"),
    "score.allow_bonus": Word("允许加分", "points may be added"),
    "inspection.weights": Word("检查得分权重", "weights of quality, coverage and frequency"),
    "inspection.cycle": Word("检查周期", "cycle of inspections"),
    "inspection.freq_rule": Word("频次规则", "counting of attendances"),
    "annual.missing": Word("缺月缺季处理", "periods that were not served"),
    "self_score.head": Word("正职自评机构", "who scores a head"),
    "training.pass": Word("培训合格线", "score that passes a training"),
    # safety wage
    "payout.monthly": Word("月度兑现方式", "payout of a month"),
    "payout.daily": Word("日兑现方式", "payout of a day"),
    "payout.deputy": Word("副职兑现方式", "payout of a deputy's year"),
    "deputy.share_table": Word("副职分配系数表", "share of a deputy by grade"),
    "base_table": Word("岗位安全考核基准表", "base amounts by post"),
    "entitlement.factor": Word("应分配系数", "factor of an entitlement"),
    "safety_wage.unpaid": Word("未兑现安全工资去向", "what becomes of unpaid safety wage"),
    "budget.hard": Word("指标硬约束", "hard stop at the indicator"),
    # a unit's year
    "veto.effect": Word("否决后果", "effect of a veto"),
    "grade.bounds": Word("等级分数线", "bounds of the grades"),
    "annual.divisor": Word("年度除数", "quarters of a year's score"),
    "bonus.table": Word("奖励标准表", "bonus by grade"),
    "equal_force.base": Word("同等力度基数", "base of the equal-force penalty"),
    "quarter.sheet_due": Word("季度成绩报送日", "day on which quarter sheets are due"),
    "reports.due": Word("材料报送期限", "when reports are due"),
    "quota.clawback": Word("已发控制奖追回", "paid control bonuses taken back"),
    "yellow.streak": Word("黄牌连续口径", "whose yellow cards count in a row"),
    "ontime.denominator": Word("按期率分母", "hazards that the on-time rate counts"),
    "ontime.min": Word("按期整改率下限", "least on-time rate"),
    # deposits
    "deposit.mode": Word("抵押金方式", "how deposits are taken"),
    "deposit.amounts": Word("抵押金标准", "amounts of deposits"),
    "deposit.on_fail": Word("不合格时抵押金", "deposit of a failed year"),
    "deposit.on_leave": Word("离任时抵押金", "deposit of who leaves the post"),
    # prices and handovers
    "price.pick": Word("价格取用日", "day whose price counts"),
    "price.urgent": Word("应急价格时限", "hours for an urgent price"),
    "self_report.exempt": Word("自查自改免责", "self-found and self-fixed costs nothing"),
    "handover.direction": Word("交接付款方向", "who pays in a handover"),
    # tenders
    "tender.force": Word("强制招标条件", "when a tender is compulsory"),
    "tender.price_lock": Word("招标价锁定时点", "when a tender's price is locked"),
    "tender.qty": Word("招标结算数量", "quantity that is settled"),
    "tender.over_estimate": Word("超估算比例", "quantity above the estimate"),
    "tender.no_bid": Word("流标处理", "tenders without a bid"),
    "tender.premium_cap": Word("溢价上限", "largest premium"),
    "tender.partial": Word("部分结算", "part settlement"),
    "handover.qty": Word("交接单项数量上限", "quantity of a handed-over item without approval"),
    "settle.from": Word("结算资金来源", "money that settles"),
    # compensation
    "slip.payee": Word("赔付单收款方", "payee of slips"),
    "slip.post_on": Word("赔付单入账时点", "when slips are posted"),
    "notice.payee": Word("交易通知单收款方", "payee of notices"),
    "dispute.window": Word("异议期", "working days to object"),
    "dispute.appeal": Word("申诉期", "days to appeal"),
    "pool.overdraft": Word("工资池透支", "overdraft of pools"),
    "chain.exclude_discoverer": Word("查出人免责", "the discoverer is not charged"),
    "chain.workshop": Word("车间赔付对象", "who pays for a workshop"),
    "chain.multi_role": Word("一人多责", "one person in several roles"),
    # pay, time, points
    "deduct.cap": Word("月扣款上限", "cap of a month's deduction"),
    "deduct.floor": Word("最低工资保障", "wage that a deduction leaves"),
    "deduct.from": Word("扣款科目", "account that is deducted from"),
    "late.policy": Word("迟报处理", "facts of a closed month"),
    "late.days": Word("迟报天数上限", "days that a fact may be late"),
    "proposal.days": Word("提议有效天数", "days that a proposal is open"),
    "statement.window": Word("结算单确认期", "working days to confirm a statement"),
    "remind.offsets": Word("提醒时点", "hours around a deadline"),
    "points.rate": Word("积分单价", "yuan of a point"),
    "points.month_cap": Word("积分月兑换上限", "points redeemed in a month"),
    "points.expiry": Word("积分有效期", "months until points expire"),
}
