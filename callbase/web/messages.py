"""Every error's text, in both languages, by its code. One catalogue for the API and for what the core refuses."""

from __future__ import annotations

import json
from collections.abc import Mapping

from callbase.web.language import DEFAULT, Language

Texts = dict[Language, str]


def _(zh: str, en: str) -> Texts:
    return {"zh-CN": zh, "en-US": en}


ERRORS: dict[str, Texts] = {
    # --- any request
    "invalid": _("请检查标出的内容。", "Please check the fields marked."),
    "malformed": _("请求不是有效的 JSON。", "The request is not valid JSON."),
    "form_malformed": _("上传的表单不完整，请重试。", "The uploaded form is not whole; please try again."),
    "too_large": _("内容太大，上限为 {limit_kib} KiB。", "That is too large; the limit is {limit_kib} KiB."),
    "too_slow": _("请求内容 {seconds} 秒未到，已断开。", "Nothing of the request came for {seconds} s, so it was given up."),
    "not_found": _("没有找到。", "Not found."),
    "method_not_allowed": _("此地址不支持该方法。", "This address does not support that method."),
    "not_signed_in": _("请先登录。", "Please sign in."),
    "forbidden": _("您没有此项权限。", "You are not permitted to do this."),
    "csrf_failed": _("页面已过期，请刷新后重试。", "The page has expired; please reload and try again."),
    "internal": _("系统内部错误，已记录。", "Something went wrong on our side; it has been logged."),
    # --- signing in
    "sign_in_failed": _("账号或密码不正确。", "The name or the password is not right."),
    "locked_out": _("尝试次数过多，请 {minutes} 分钟后再试。", "Too many attempts; please try again in {minutes} minutes."),
    "password_wrong": _("原密码不正确。", "The old password is not right."),
    # --- business
    "in_use": _("仍被使用：{users}。", "Still in use by {users}."),
    "too_many_recipients": _("最多 {limit} 个接收方。", "There can be {limit} recipients at most."),
    "too_many_boards": _("最多 {limit} 个大屏。", "There can be {limit} wallboards at most."),
    "collision": _("与他人的更改冲突，请刷新后重试。", "Somebody changed this at the same moment; please reload and try again."),
    "not_yourself": _("不能停用自己的账号。", "You cannot deactivate your own account."),
    "last_administrator": _(
        "不能这样做：至少须有一名可登录的人员拥有全部权限。",
        "This cannot be: somebody who can sign in must keep every right on the whole centre.",
    ),
    "configuration_invalid": _("配置不一致：{reason}", "The configuration does not fit together: {reason}"),
    "demo_absent": _("未安装演示中心。", "The demo centre is not installed."),
    "no_agent": _("您没有座席。", "You have no agent."),
    "outside_not_own": _("您不能自行设置外线号码。", "You may not give an outside number of your own."),
    "simulation_running": _("已有一个模拟正在进行，请等它结束。", "A simulation is under way; please wait until it is done."),
    "simulation_no_calls": _("这一天没有可以重放的来电。", "There are no calls of that day to play."),
    "simulation_no_staff": _("这一天没有座席签入。", "No agents were at work that day."),
    "simulation_too_big": _(
        "这一天的来电超过 5 万个，无法模拟。", "That day has more than 50,000 calls, which is too many to play."
    ),
    "simulation_plan": _("配置在此期间已更改，请重新模拟。", "The configuration was changed meanwhile; please simulate again."),
    # --- refused by the core (callbase.core.errors)
    "tenant_unknown": _("没有这个租户。", "There is no such tenant."),
    "agent_unknown": _("没有这个座席。", "There is no such agent."),
    "agent_signed_out": _("座席尚未签入。", "The agent is not signed in."),
    "agent_busy": _("座席正忙。", "The agent is busy."),
    "device_unknown": _("没有这部话机。", "There is no such telephone."),
    "device_taken": _("这部话机正由其他座席使用。", "Another agent is using that telephone."),
    "device_offline": _("话机未注册，请检查话机或麦克风。", "The telephone is not registered; please check it."),
    "device_unanswerable": _(
        "外线号码只能在那部电话上接听，听到提示后按一。", "An outside number is answered there: pick up and press one when asked."
    ),
    "interaction_unknown": _("没有这个会话，或已经结束。", "There is no such call, or it is over."),
    "interaction_not_yours": _("这个会话不属于您。", "That call is not yours."),
    "queue_unknown": _("没有这个队列。", "There is no such queue."),
    "reason_unknown": _("没有这个示忙原因。", "There is no such not-ready reason."),
    "outcome_unknown": _("没有这个处理结果。", "There is no such outcome."),
    "number_unreachable": _("号码无法接通。", "That number cannot be reached."),
    "target_impossible": _("不能呼叫或转接到该目标。", "This call cannot go there."),
    "nobody_ready": _("该队列目前没有就绪的座席。", "Nobody is ready in that queue now."),
    "flow_unknown": _("没有这个流程。", "There is no such flow."),
    "conference_full": _("会议人数已满。", "No more parties fit into this conference."),
    "party_unknown": _("通话中没有这一方。", "There is no such party in the call."),
    "wrong_state": _("当前状态下不能执行此操作。", "This cannot be done in the present state."),
    "value_invalid": _("取值无效。", "That value is not valid."),
    "value_invalid.longest": _("内容过长，最多 {longest} 个字符。", "That is too long: at most {longest} characters."),
    "value_invalid.allowed": _("仅限 {allowed}，且不能为空。", "This must be some of {allowed}."),
    "value_invalid.number": _("“{number}”不是可用的电话号码。", "“{number}” is no telephone number that can be used here."),
    "value_invalid.most": _("最多 {most} 项。", "There can be {most} at most."),
    "out_of_range": _("数值应在 {least} 至 {most} 之间。", "That number must be {least} to {most}."),
    # --- the link
    "token_invalid": _("令牌无效或已撤销。", "The token is not valid or has been withdrawn."),
    "protocol_unknown": _(
        "此处使用另一协议版本；如果这是网页，请刷新。",
        "Another version of the protocol is spoken here; if this is a page, load it again.",
    ),
    "field_malformed": _("请求中的 {field} 缺失或无效。", "{field} is missing in the request, or not valid."),
    "field_unknown": _("这种请求没有 {field} 字段。", "A request of this kind has no field {field}."),
    "message_malformed": _("消息格式不正确。", "The message could not be understood."),
    "message_malformed.limit_kib": _(
        "消息过长，上限为 {limit_kib} KiB。", "The message is too long; it may have {limit_kib} KiB."
    ),
    "softphone_elsewhere": _(
        "电话已在您的另一个页面上使用，此页面仅供查看。", "Another page of yours is the telephone now; this one is for viewing."
    ),
    "database_unavailable": _(
        "数据库暂时无法访问，请稍后重试。", "The database cannot be reached right now; please try again shortly."
    ),
    "engine_unavailable": _("呼叫引擎暂时不可用，请稍候。", "The call engine cannot be reached right now; please wait a moment."),
    "recording_not_ready": _("录音尚未就绪，请稍后再听。", "The recording is not ready yet; please try again shortly."),
    "recording_empty": _("通话双方均无音频，没有可听的录音。", "No audio came from either side, so there is nothing to hear."),
    "recording_failed": _("录音未能保存：{reason}", "The recording could not be kept: {reason}"),
}

FIELDS: dict[str, Texts] = {
    "required": _("必填。", "This is required."),
    "unknown_field": _("没有这个字段。", "There is no such field."),
    "wrong_type": _("类型不正确。", "This is of the wrong kind."),
    "too_long": _("最多 {limit} 个字符。", "At most {limit} characters."),
    "too_short": _("至少 {limit} 个字符。", "At least {limit} characters."),
    "too_many": _("最多 {limit} 项。", "There can be {limit} at most."),
    "too_few": _("至少 {limit} 项。", "There must be {limit} at least."),
    "too_big": _("最大为 {limit}。", "At most {limit}."),
    "too_small": _("最小为 {limit}。", "At least {limit}."),
    "not_one_of": _("应为以下之一：{choices}。", "Must be one of {choices}."),
    "pattern": _("格式不正确。", "This has the wrong form."),
    "id_form": _(
        "仅限小写字母、数字、- 和 _，最长 40，首位为字母或数字。",
        "Small letters, digits, - and _ only; at most 40, the first a letter or digit.",
    ),
    "did_form": _("仅限数字、* 和 #，可带前导 +，最长 31。", "Digits, * and # only, with a + in front if need be; at most 31."),
    "login_form": _(
        "仅限字母、数字及 . _ @ -，最长 64，首位为字母或数字。",
        "Letters, digits and . _ @ - only; at most 64, the first a letter or digit.",
    ),
    "mail_address": _("不是有效的邮件地址。", "This is not a mail address."),
    "web_address": _("应为 http:// 或 https:// 开头的地址。", "This must be an address that begins with http:// or https://."),
    "no_mail_server": _(
        "尚未设置邮件服务器（CALLBASE_SMTP_URL、CALLBASE_SMTP_FROM）。",
        "No mail server is set yet (CALLBASE_SMTP_URL, CALLBASE_SMTP_FROM).",
    ),
    "taken": _("已被使用。", "This is taken already."),
    "reserved": _("“{value}” 是系统自动使用的编号，请另选一个。", "“{value}” is the platform's own; please choose another."),
    "in_the_past": _("必须晚于现在。", "This must lie ahead."),
    "not_limitable": _(
        "“{value}”不能只对部分座席和队列生效，请不要限定范围。", "“{value}” cannot be limited to some agents and queues."
    ),
    "unknown": _("“{value}”不存在。", "There is no “{value}”."),
    "twice": _("“{value}”重复。", "“{value}” is there twice."),
    "language_missing": _("缺少语言 {language} 的内容。", "The text for {language} is missing."),
    "number_invalid": _("不是有效的电话号码。", "This is not a telephone number."),
    "of_the_house": _("这是本中心自己的号码。", "This is a number of the centre itself."),
    "cycle": _("不能放在自己的下级。", "It cannot be placed beneath itself."),
    "immutable": _("创建后不能更改。", "This cannot be changed once it is made."),
    "password_short": _("密码至少 {limit} 个字符。", "A password has at least {limit} characters."),
    "password_common": _("这个密码太常见。", "That password is too common."),
    "password_like_login": _("密码不能与用户名相同。", "A password must differ from the name."),
    "timezone": _("不是有效的时区。", "This is not a time zone."),
    "audio_unreadable": _("无法读取音频，请上传 WAV 或 MP3 文件。", "This cannot be read as audio; please upload WAV or MP3."),
    "file_large": _("文件不能超过 10 MB。", "A file may have 10 MB at most."),
    "node_unreachable": _("节点“{node}”无法到达。", "Node “{node}” can never be reached."),
    "node_unknown": _("没有节点“{node}”。", "There is no node “{node}”."),
    "address_invalid": _("不是有效的 IP 地址或网段。", "This is not an IP address or network."),
    "end_before_start": _("结束时间早于开始时间。", "The end is before the start."),
    "prompt_or_text": _("需指定一个提示音或一段文字。", "Give either a prompt or a text."),
    "clock": _("应为 00:00 至 24:00 的时间，例如 08:30。", "This must be a time of day such as 08:30."),
    "date": _("应为日期，例如 2026-10-01。", "This must be a date such as 2026-10-01."),
    "overlaps": _("与前一时段重叠。", "This overlaps the span before it."),
    "not_later": _("必须晚于上一步（{limit} 秒）。", "This must be later than the step before it ({limit} s)."),
    "itself": _("不能溢出到自己。", "A queue cannot overflow to itself."),
    "rule_empty": _(
        "规则没有任何作用：请设置播报、流程、优先级或去向。",
        "This rule does nothing: give it something to say, a flow, a priority or a target.",
    ),
    "of_caller": _(
        "规则对整个队列开启和关闭，关闭条件不能涉及来电者。",
        "A rule goes off for the whole queue: this cannot look at a caller.",
    ),
    "too_deep": _("条件最多嵌套 {limit} 层。", "Conditions may stand {limit} deep inside one another."),
    "listed_number_invalid": _(
        "“{value}”不是电话号码、分机号或以 * 结尾的前缀（国内号码的前缀按国内拨法填写，如 138*、020*）。",
        "“{value}” is no telephone number, extension, or prefix that ends in * (as dialled inside the country: 138*, 020*).",
    ),
    "too_many_keys": _("最多 {limit} 个键。", "There can be {limit} keys at most."),
    "too_many_numbers": _("名单合计最多 {limit} 个号码。", "The lists may hold {limit} numbers together."),
    "csv_unreadable": _(
        "无法读取，请上传 UTF-8 或 GB 18030 编码的 CSV 文件。",
        "This cannot be read; please upload a CSV file in UTF-8 or GB 18030.",
    ),
    "endless": _("节点“{node}”处于没有菜单的循环中，永远不会结束。", "Node “{node}” is in an endless loop: no menu breaks it."),
}


def text(code: str, language: Language, data: Mapping[str, object] | None = None) -> str:
    """The text of an error's or a field's code, of "code.name" where the data has the name; the code itself where the catalogue
    does not know it."""
    told = next((f"{code}.{name}" for name in data or () if f"{code}.{name}" in ERRORS), code)
    texts = ERRORS.get(told) or FIELDS.get(told)
    if texts is None:
        return code
    template = texts.get(language) or texts[DEFAULT]
    return template.format_map(_Blank({key: str(value) for key, value in (data or {}).items()}))


class _Blank(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "?"


def error_body(code: str, language: Language, *, field: str | None = None, data: Mapping[str, str] | None = None) -> bytes:
    """The API's JSON for one error."""
    error = {"code": code, "message": text(code, language, data), "field": field, "data": dict(data or {})}
    return json.dumps({"error": error}, ensure_ascii=False).encode()
