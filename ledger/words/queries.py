"""Queries, as menus and headings call them; the functions of ``projections.queries`` say the rest."""

from __future__ import annotations

from ledger.words.word import named

QUERIES = named(
    {
        # books
        "Balances": "余额",
        "BalancesAt": "时点余额",
        "Entries": "明细账",
        "TrialBalance": "试算平衡表",
        "Pool": "工资总额池",
        "Fund": "安全奖惩基金",
        "SafetyPool": "安全工资池",
        "Facts": "事实",
        "Replay": "重放",
        "Learned": "其后得知",
        "AmountInWords": "金额大写",
        # documents
        "Document": "单据",
        "Exposure": "未确认敞口",
        "OpenItems": "未了事项",
        "HazardRegister": "隐患台账",
        "HazardRecords": "隐患档案",
        "TenderBoard": "招标看板",
        "PriceBook": "价格总览",
        "Policies": "制度参数",
        "UrgentPrices": "应急价格",
        "TopUps": "补差",
        "DirectedAwards": "指定中标",
        "ChargedAfterReporting": "举报后受罚",
        "DutyConflicts": "不相容职务",
        "Devices": "设备",
        # persons
        "Person": "人员",
        "PersonalStatement": "个人清单",
        "Wage": "工资计算",
        "Assessment": "考核",
        "ScoreSheet": "考核成绩单",
        "DutyLists": "两个清单",
        "ListCopies": "清单雷同",
        "ListAdoption": "清单覆盖",
        "ResponsibilityGaps": "网格责任空缺",
        "TaskPlan": "任务计划",
        "Tasks": "履职任务",
        "Inspections": "现场检查",
        "InspectionScore": "检查得分",
        "Plausibility": "存疑记录",
        "FollowUps": "整改推送与培训",
        "Points": "积分",
        "Deposits": "风险抵押金",
        "Streaks": "黄牌连续次数",
        # units and months
        "UnitYear": "单位年度考核",
        "AppraisalProgress": "考核进度",
        "Analysis": "履职分析",
        "AnalysisReport": "分析报告",
        "Indicator": "指标",
        "IndicatorPack": "指标包得分",
        "IndicatorPacks": "指标包",
        "DaySheet": "日清",
        "Statement": "结算单",
        "StatementPaper": "结算单打印",
        "Periods": "结算期",
        "PeriodDashboard": "期间看板",
        "Reconciliation": "对账",
        "ReconciliationRuns": "对账记录",
        "Exceptions": "对账差异",
        "DeviationReport": "计划与实际偏差",
        "Payroll": "工资发放表",
    }
)
