"""Checks of a reconciliation (对账) and the exceptions that they raise (``ledger.state.reconciliation``)."""

from __future__ import annotations

from ledger.words.word import Word

CHECKS = {
    "R1": Word(
        "转账两端核对", "legs meet", "Payer's leg against payee's leg, by transfer.", "按转账核对付款方与收款方。"
    ),
    "R2": Word("清算为零", "clearing is empty", "The clearing account of a centre is zero.", "结算中心清算科目为零。"),
    "R3": Word(
        "招标结算核对",
        "tenders are settled as agreed",
        "Settlement against award and acceptance.",
        "结算与定标、验收核对。",
    ),
    "R4": Word(
        "单据入账核对",
        "lines are posted",
        "Confirmed slips, notices, penalties against postings.",
        "已确认单据与入账行核对。",
    ),
    "R5": Word(
        "买卖明细核对", "lists agree", "Departments' lists against posted documents.", "部室买卖明细与账上单据核对。"
    ),
    "R6": Word(
        "价格版本核对",
        "versions in force",
        "The price used against the version in force.",
        "所用价格与当日有效版本核对。",
    ),
    "R7": Word(
        "工资总额核对",
        "budgets are kept",
        "Use of a source against HR's control figure.",
        "使用额与人力资源控制数核对。",
    ),
    "R8": Word("发放核对", "payroll agrees", "Wages handed to payroll against wages paid.", "移交额与实发额核对。"),
    "R9": Word(
        "安全工资重算",
        "safety wages are recalculated",
        "Safety wage against base and score.",
        "按基准与成绩重算安全工资。",
    ),
    "R10": Word(
        "余额滚动核对",
        "books roll forward",
        "Opening and movement make the closing.",
        "期初加发生额等于期末, 并与重放一致。",
    ),
    "R11": Word("借贷平衡", "facts balance", "Debits equal credits, fact by fact.", "每笔事实借贷相等。"),
    "R12": Word(
        "链与编号完整", "chain is whole", "Hash chain and numbers without gaps.", "哈希链完整, 版本与单号不缺。"
    ),
    "R13": Word(
        "隐患状态核对",
        "hazards are marked",
        "Hazards due against closed and overdue.",
        "到期隐患与闭环、逾期标记核对。",
    ),
    "R14": Word(
        "分配偏差",
        "wages follow production",
        "Distributed against credited quota wage.",
        "已分配工资与计件定额工资比较, 偏差过大提示。",
    ),
    "R15": Word(
        "重复收费", "one finding, one charge", "Two charges of a party for one finding.", "同一事项对同一方收费两次。"
    ),
}

EXCEPTIONS = {
    "UNMATCHED_LEG": Word("单边转账", "unmatched leg", "A leg of a transfer without the other.", "转账只有一端。"),
    "LEG_AMOUNT": Word("两端金额不符", "leg amount", "Both legs differ in amount.", "转账两端金额不同。"),
    "CLEARING_NOT_ZERO": Word("清算不为零", "clearing not zero", "Money is left in clearing.", "清算科目有余额。"),
    "PRICE_MISMATCH": Word("结算价不符", "price mismatch", "Settled at another price.", "结算价与定标价不同。"),
    "QTY_MISMATCH": Word("数量不符", "quantity mismatch", "Settled for another quantity.", "结算数量与验收数量不同。"),
    "LINE_MISMATCH": Word("入账行不符", "line mismatch", "Document and postings differ.", "单据与入账行不一致。"),
    "WRONG_VERSION": Word(
        "价格版本错误", "wrong version", "A version that was not in force.", "所用价格版本当日无效。"
    ),
    "MISSING_IN_LEDGER": Word("账上缺失", "missing in ledger", "On the list, not in the books.", "明细有而账上无。"),
    "MISSING_IN_LIST": Word("明细缺失", "missing in list", "In the books, not on the list.", "账上有而明细无。"),
    "AMOUNT_MISMATCH": Word("金额不符", "amount mismatch", "List and books differ in amount.", "明细与账上金额不同。"),
    "DUPLICATE_DOC": Word("单据重复", "duplicate document", "Twice on the list.", "明细中重复出现。"),
    "RECALC_DIFF": Word(
        "重算差异", "recalculation differs", "Another safety wage comes out.", "安全工资重算结果不同。"
    ),
    "BUDGET_EXCEEDED": Word(
        "超控制数", "budget exceeded", "More was used than the control figure.", "使用额超过控制数。"
    ),
    "PAYROLL_DIFF": Word("发放差异", "payroll differs", "Something else was paid.", "实发与移交不一致。"),
    "STATE_DIFF": Word(
        "状态差异", "state differs", "A hazard due is neither closed nor overdue.", "到期隐患既未闭环也未标记逾期。"
    ),
    "DEVIATION": Word("分配偏差", "deviation", "Distributed wages depart from production.", "工资分配偏离生产结果。"),
    "DOUBLE_CHARGE": Word(
        "重复收费", "double charge", "A party is charged twice for one finding.", "同一事项对同一方重复收费。"
    ),
    "ROLLFORWARD": Word(
        "余额不衔接", "roll-forward", "Opening and movement do not make the closing.", "期初加发生额不等于期末。"
    ),
    "UNBALANCED": Word("借贷不平", "unbalanced", "Debits and credits of a fact differ.", "一笔事实借贷不等。"),
    "CHAIN_BROKEN": Word("链断裂", "chain broken", "A stored fact was changed.", "已存事实被改动。"),
    "GAP": Word("编号缺口", "gap", "A version or document number is missing.", "缺少版本号或单据号。"),
}
