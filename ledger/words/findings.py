"""How findings, prices and liability are classed (``ledger.vocabulary``), and what a ratio or a reason is called."""

from __future__ import annotations

from ledger.words.word import Word

LEVELS = {
    "C": Word("C级隐患", "level C", "A general hazard of the lowest level.", "一般隐患, 最低等级。"),
    "B": Word("B级隐患", "level B", "A general hazard of the middle level.", "一般隐患, 中间等级。"),
    "A": Word("A级隐患", "level A", "A general hazard that counts as serious.", "一般隐患中的严重者。"),
    "MAJOR": Word(
        "重大隐患", "major hazard", "Reported to the authority and the staff congress.", "须向监管部门和职代会报告。"
    ),
}
TIERS = {
    "T1": Word("上级查出", "superior tier", "Found by the group or a superior authority.", "集团或上级部门查出。"),
    "T2": Word(
        "公司查出", "company tier", "Found by company leaders, departments, inspectors.", "公司领导、部室、安监员查出。"
    ),
    "T3": Word("单位自查", "own tier", "Found by the unit itself.", "单位自行查出。"),
}
CATEGORIES = {
    "duty_not_done": Word("履职不到位", "duty not done"),
    "site_quality": Word("现场质量", "site quality"),
    "conduct": Word("行为养成", "conduct"),
    "dual_duty": Word("一岗双述", "dual duty of a post"),
    "violation": Word("三违", "violation"),
    "hazard": Word("隐患", "hazard"),
    "rule_not_implemented": Word("制度未落实", "rule not implemented"),
}
ITEM_KINDS = {
    "handover": Word("交接问题", "handover problem"),
    "quota": Word("整改定额", "rectification quota"),
    "violation": Word("三违", "violation"),
    "hazard": Word("隐患", "hazard"),
    "stoppage": Word("停产停工", "stoppage"),
    "shift_evaluation": Word("班评估", "shift evaluation"),
    "general": Word("一般问题", "general problem"),
    "quality": Word("质量", "quality"),
    "reward": Word("奖励", "reward"),
}
MATRIX_KINDS = {code: ITEM_KINDS[code] for code in ("violation", "hazard", "stoppage", "shift_evaluation", "quality")}
SEVERITIES = {
    "serious": Word("严重", "serious"),
    "general": Word("一般", "general"),
}
CLOCKS = {
    "real": Word("实时时钟", "real clock", "The ledger's own time.", "账本自己的时间。"),
    "simulated": Word(
        "模拟时钟",
        "simulated clock",
        "The history's time: tests, imports of the past.",
        "取自历史记录, 用于测试和补录。",
    ),
}
RATES = {
    "closure": Word("隐患整改闭环率", "hazards closed of those due"),
    "on_time": Word("隐患按期整改率", "hazards fixed on time"),
    "repeat": Word("隐患重复率", "hazards found again"),
    "tasks_done": Word("履职任务完成率", "duty tasks done"),
    "advice_closed": Word("整改建议办结率", "advice closed"),
    "training_passed": Word("培训合格率", "trainings passed"),
}
"""Ratios that are computed of every subject (``ledger.analysis.RATES``); packs name their own."""

REPORT_SUBJECTS = {
    "person": Word("个人", "person"),
    "unit": Word("单位", "unit"),
    "company": Word("公司", "company"),
}
"""Subjects of an analysis report."""
