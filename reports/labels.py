"""Words of the reports in Chinese and English."""

from __future__ import annotations

from collections.abc import Callable

LABELS: dict[str, tuple[str, str]] = {
    "report": ("网络交易监测报告", "Monitoring report"),
    "comparison": ("两次监测比较", "Comparison of two runs"),
    "facts": ("监测概况", "What was monitored"),
    "item": ("项目", "item"),
    "value": ("内容", "value"),
    "campaign": ("专项行动", "campaign"),
    "document_number": ("文号", "document number"),
    "region": ("地区", "region"),
    "sweep": ("监测任务（版本）", "sweep (version)"),
    "run": ("批次", "run"),
    "period": ("监测时间（北京时间）", "time (Beijing)"),
    "design": ("抽样设计", "sampling design"),
    "size": ("设计样本量", "size asked for"),
    "seed": ("随机种子", "seed"),
    "frame": ("抽样框", "frame"),
    "frame_listings": ("抽样框（商品信息，条）", "frame (listings)"),
    "drawn": ("抽取", "drawn"),
    "second_wave": ("其中第二波", "of these in the second wave"),
    "judged": ("有效采集", "judged"),
    "response": ("有效采集率", "response rate"),
    "rule_packs": ("规则包摘要", "rule packs"),
    "software": ("软件", "software"),
    "owner": ("负责人", "owner"),
    "leads": ("线索", "leads"),
    "snapshots": ("固证页面", "snapshots"),
    "coverage_rate": ("采集覆盖率", "coverage"),
    "prevalence": ("各规则涉嫌违法率", "Suspected violations by rule"),
    "rule": ("规则", "rule"),
    "name": ("名称", "name"),
    "subject": ("对象", "subject"),
    "any_rule": ("任一规则（不含弱提示）", "any rule (weak hints left out)"),
    "flagged": ("涉嫌违法", "flagged"),
    "share": ("估计比率", "share"),
    "low": ("95% 下限", "95% from"),
    "high": ("95% 上限", "to"),
    "all_clean": ("未采集全合规", "if unread all clean"),
    "all_violating": ("未采集全违法", "if unread all violating"),
    "weighting": ("口径", "basis"),
    "weighted": ("按设计加权", "weighted by design"),
    "plain": ("已采集中占比", "of those read"),
    "by_stratum": ("各层涉嫌违法率（任一规则）", "Suspected violations by stratum (any rule)"),
    "rules_by_stratum": ("各规则分层比率", "Rules by stratum"),
    "stratum": ("层", "stratum"),
    "thin": ("不足30页，不宜单独引用", "fewer than 30 pages: not to be cited alone"),
    "remark": ("备注", "remark"),
    "silent": ("无有效采集", "nothing judged"),
    "coverage": ("采集覆盖", "Coverage"),
    "platform": ("平台", "platform"),
    "page": ("页面", "page"),
    "read": ("已读", "read"),
    "empty": ("无结果", "empty"),
    "gone": ("已下架", "gone"),
    "broken": ("故障", "broken"),
    "blocked": ("被阻断", "blocked"),
    "unreached": ("未及采集", "over budget"),
    "pending": ("未完成", "pending"),
    "total": ("合计", "total"),
    "reasons": ("未采集原因", "Why pages were not read"),
    "outcome": ("结果", "outcome"),
    "reason": ("原因", "reason"),
    "count": ("数量", "count"),
    "limits": ("抽样框的局限", "What the frame does not see"),
    "seen": ("框内", "in the frame"),
    "shown": ("检索展示", "shown"),
    "reported": ("平台报告", "reported by the platform"),
    "hidden": ("未展示", "never shown"),
    "alarms": ("适配器告警", "Adapter alarms"),
    "notes": ("说明", "Notes"),
    "statement": ("引用文本", "To cite"),
    "first": ("第一次", "first"),
    "second": ("第二次", "second"),
    "difference": ("差（百分点）", "difference (points)"),
    "p_value": ("p 值", "p"),
    "adjusted_p": ("校正 p 值（Holm）", "p (Holm)"),
    "in_both": ("两次都采集", "in both"),
    "significant": ("差异显著", "significant"),
    "yes": ("是", "yes"),
    "no": ("否", "no"),
    "cut": ("表格过长，只列前 {count} 行；全部见电子表格", "cut to {count} rows; the workbook has all"),
    "listing": ("商品信息", "listing"),
    "shop": ("网店", "shop"),
    "review": ("评价", "review"),
    "search": ("搜索", "search"),
    "reviews": ("评价页", "reviews"),
    "licence": ("证照页", "licence"),
    "planned": ("待开始", "planned"),
    "framing": ("读取抽样框", "reading the frame"),
    "visiting": ("采集中", "visiting"),
    "analysing": ("分析中", "analysing"),
    "finished": ("已完成", "finished"),
    "cancelled": ("已取消", "cancelled"),
    "well": ("正常", "well"),
    "zero": ("未见", "zero"),
    "unknown": ("页数过少，无从判断", "unknown"),
    "title": ("标题", "title"),
    "price": ("价格", "price"),
    "availability": ("库存状态", "availability"),
    "cards": ("搜索结果", "cards"),
}
REASONS: dict[str, tuple[str, str]] = {
    "empty": ("确无内容", "nothing there"),
    "gone": ("已下架或不存在", "gone"),
    "robots": ("robots.txt 不允许", "robots.txt forbids"),
    "captcha": ("验证码", "CAPTCHA"),
    "login": ("需要登录", "login wall"),
    "rate_limited": ("限流", "rate limited"),
    "forbidden": ("拒绝访问", "forbidden"),
    "private_address": ("内网地址", "private address"),
    "off_site": ("跳出站点", "leads off the site"),
    "redirects": ("跳转过多", "too many redirects"),
    "http_error": ("HTTP 错误", "HTTP error"),
    "timeout": ("超时", "timeout"),
    "connection": ("连接失败", "connection failed"),
    "truncated": ("内容不完整", "truncated"),
    "too_large": ("页面过大", "too large"),
    "not_html": ("不是网页", "not HTML"),
    "extraction": ("无法解析", "could not be parsed"),
    "budget": ("超出页数上限", "over budget"),
    "cancelled": ("已取消", "cancelled"),
    "fault": ("内部错误", "internal fault"),
    "no_browser": ("没有浏览器", "no browser"),
    "crashed": ("浏览器崩溃", "browser crashed"),
    "memory": ("内存超限", "over the memory limit"),
}
NOTES_OF_ALL = {
    "zh": (
        "以上比率仅就抽样框而言；平台未展示的搜索结果不在统计范围内，搜索结果的排序可能因人而异。",
        "“涉嫌违法”系程序按规则识别，未经执法人员认定。",
        "区间为95%置信区间，只反映抽样误差，不含规则的漏判和误判；未能采集的影响见上下界两列。",
    ),
    "en": (
        "Every share is of the sampling frame; results that the platforms did not show are not in it, and "
        "their order may depend on who asks.",
        "A violation is suspected by rule, not found by a person.",
        "Intervals are 95% and cover chance in the draw alone; for pages not read see the two bounds.",
    ),
}
LANGUAGES = ("zh", "en")
STRATUM_PARTS = {
    "low price": "低价段",
    "middle price": "中价段",
    "high price": "高价段",
    "no price": "无价格",
    "1-4 listings": "商品1～4条",
    "5-19 listings": "商品5～19条",
    "20+ listings": "商品20条以上",
    "shop unknown": "网店不详",
    "seller under 1 year": "开店不满1年",
    "seller 1-2 years": "开店1～2年",
    "seller 3+ years": "开店3年以上",
    "seller age unknown": "开店时间不详",
}
"""Classes by which strata are cut finer, as ``crawlers.sampling.frame`` names them."""


def reason_name(language: str, reason: str) -> str:
    """Why a target was not read; a reason of another release as it is."""
    return REASONS[reason][LANGUAGES.index(language)] if reason in REASONS else reason


def stratum_name(language: str, stratum: str) -> str:
    """A stratum 层 with the names of its classes; platform and category keep their codes.

    >>> stratum_name("zh", "lingang/FOOD/low price")
    'lingang/FOOD/低价段'
    """
    if language == "en":
        return stratum
    return "/".join(STRATUM_PARTS.get(part, part) for part in stratum.split("/"))


def labeller(language: str) -> Callable[[str], str]:
    """Gives the words of one language, strata among them; what has no word is shown as it is."""
    place = LANGUAGES.index(language)
    return lambda key: LABELS[key][place] if key in LABELS else stratum_name(language, key)
