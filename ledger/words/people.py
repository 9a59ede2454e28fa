"""Roles, posts, levels: who somebody is (``ledger.vocabulary``)."""

from __future__ import annotations

from ledger.words.word import Word

ROLES = {
    "admin": Word("系统管理员", "administrator", "Keeps units, persons and calendars.", "维护单位、人员与日历。"),
    "hr": Word(
        "人力资源", "human resources", "Brings in persons and wages, pays out.", "提供人员与工资数据, 负责发放。"
    ),
    "clerk": Word(
        "结算员", "settlement clerk", "Does the daily work of a settlement centre.", "办理结算中心日常业务。"
    ),
    "centre_head": Word(
        "结算中心负责人", "head of a settlement centre", "Answers for a centre: payroll, close.", "负责移交发放与月结。"
    ),
    "office": Word(
        "机关部室", "department, appraisal office", "Inspects, charges and appraises.", "检查、开单、日常考核。"
    ),
    "safety_office": Word(
        "安监处, 考核办公室", "safety office", "Sets standards; runs the daily appraisal.", "制定标准, 负责日常考核。"
    ),
    "inspector": Word("安监员", "safety inspector", "Inspects and stands in the chain.", "安全检查人员, 列入追责链。"),
    "leading_group": Word("考核领导小组", "leading group", "Decides last.", "最终裁决机构。"),
    "company_head": Word("公司主要负责人", "company head", "Main leader of the company.", "公司党政主要负责人。"),
    "company_deputy": Word("公司分管领导", "company deputy", "Approves tenders between units.", "审批单位之间的招标。"),
    "unit_head": Word("单位负责人", "head of a unit", "Main leader of a secondary unit.", "二级单位党政主要负责人。"),
    "unit_deputy": Word("分管领导", "deputy in charge", "Approves the tenders of workshops.", "审批车间招标申请。"),
    "member": Word("班子成员", "member of the leadership", "Belongs to a unit's leadership.", "单位领导班子成员。"),
    "workshop_head": Word(
        "车间主任", "workshop head", "Leads a workshop; scores team leaders daily.", "车间负责人, 每日给班组长打分。"
    ),
    "duty_director": Word(
        "跟班主任",
        "duty director",
        "Workshop manager on shift; arbitrates handovers.",
        "当班车间管理人员, 裁决交接争议。",
    ),
    "team_leader": Word("班组长", "team leader", "Leads a team and hands over its shift.", "班组负责人, 办理交接班。"),
    "recorder": Word("计工员", "work recorder", "Records a team's day.", "记录班组当日用工与工资。"),
    "workers_rep": Word("职工代表", "workers' representative", "Speaks for the workers.", "代表职工。"),
    "worker": Word("职工", "worker", "Takes part in handovers and reports hazards.", "参加交接班, 随手拍上报隐患。"),
    "auditor": Word("审计人员", "auditor", "Reads and replays, changes nothing.", "只查询和重放, 不作任何更改。"),
    "technician": Word(
        "技术员",
        "technician",
        "Claims the repairs assigned to him, decides nothing.",
        "申报指定给本人的整改, 不作决定。",
    ),
}

FAMILIES = {
    "operation": Word("操作岗", "operating post"),
    "management": Word("管理岗", "managing post"),
    "technical": Word("技术岗", "technical post"),
}

UNIT_LEVELS = {
    "1": Word("公司", "company"),
    "2": Word("二级单位", "secondary unit"),
    "3": Word("车间", "workshop"),
    "4": Word("班组", "team"),
    "5": Word("岗位", "post"),
}
