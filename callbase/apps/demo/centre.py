"""What the demo centre is made of: people, words, customers. Data alone; `actions.py` puts it in place."""

from __future__ import annotations

from typing import Any

from callbase.core.config import WaitingStep, WaitingTreatment

TENANT = "demo"
DID = "4008001234"
FLOW = "main-menu"
TRUNK = "demo-trunk"
CUSTOMER_LINES = 5


def _(zh: str, en: str) -> dict[str, str]:
    return {"zh-CN": zh, "en-US": en}


NAME = "云帆家居 Yunfan Home"

UNITS: list[tuple[str, str | None]] = [
    ("客户服务中心 Customer Service", None),
    ("销售组 Sales", "客户服务中心 Customer Service"),
    ("支持组 Support", "客户服务中心 Customer Service"),
]

SALES_AGENTS = ["王晓燕", "李明轩", "张雨桐", "刘佳怡", "陈思远", "Emily Carter", "赵文博", "黄诗涵", "Daniel Brooks", "周子墨"]
SUPPORT_AGENTS = ["吴佳琪", "徐浩然", "孙梦洁", "Olivia Bennett", "马俊杰", "朱婉婷", "胡志强", "James Nolan", "郭雅静", "何宇航"]
SUPERVISOR = ("2001", "林静怡")
ADMINISTRATOR = ("admin", "系统管理员 Administrator")

QUEUES: list[dict[str, Any]] = [
    {"key": "sales", "name": _("销售", "Sales"), "agents": range(1001, 1011)},
    {"key": "support", "name": _("售后支持", "Support"), "agents": range(1011, 1021)},
]

WAITING = WaitingTreatment(
    steps=(
        WaitingStep(at_s=5, what="place", every_s=30),
        WaitingStep(at_s=20, what="expected_wait", every_s=60),
    )
)

OUTCOMES = [
    ("resolved", _("已解决", "Resolved")),
    ("order-placed", _("已下单", "Order placed")),
    ("interested", _("有意向", "Interested")),
    ("call-back", _("需要回电", "Call back")),
    ("escalated", _("已转交", "Passed on")),
    ("complaint", _("投诉", "Complaint")),
    ("wrong-number", _("打错电话", "Wrong number")),
    ("no-speech", _("无人说话", "Nobody spoke")),
]
NOT_READY_REASONS = [
    ("break", _("小休", "Break"), False),
    ("lunch", _("午餐", "Lunch"), False),
    ("meeting", _("会议", "Meeting"), True),
    ("training", _("培训", "Training"), True),
    ("paperwork", _("处理工单", "Paperwork"), True),
]

PROMPTS: dict[str, dict[str, str]] = {
    "welcome": _("您好，欢迎致电云帆家居。", "Hello, and welcome to Yunfan Home. For service in English, press nine."),
    "menu": _(
        "选购产品请按一，售后支持请按二，英语服务请按九。",
        "For sales, press one. For support, press two. For service in Chinese, press nine.",
    ),
    "menu-invalid": _("抱歉，没有这个选项。", "Sorry, that is not one of the choices."),
    "goodbye": _("没有收到您的选择。感谢来电，再见。", "We did not receive a choice. Thank you for calling. Goodbye."),
    "closed": _("抱歉，该服务暂时无法接通，请稍后再拨。", "Sorry, this service is not available now. Please call again later."),
    "unknown-number": _(
        "您拨打的号码不存在，请核对后再拨。",
        "The number you have dialled does not exist. Please check it and try again.",
    ),
}
UNKNOWN_DID = {"prompt": "unknown-number", "languages": ["zh-CN", "en-US"]}

FLOW_NAME = _("主菜单", "Main menu")
FLOW_START = "welcome"
FLOW_NODES: dict[str, dict[str, Any]] = {
    "welcome": {"type": "greet", "say": {"prompt": "welcome", "languages": ["zh-CN", "en-US"]}, "next": "menu"},
    "menu": {
        "type": "menu",
        "say": {"prompt": "menu"},
        "invalid": {"prompt": "menu-invalid"},
        "choices": {"1": "sales", "2": "support", "9": "language"},
        "otherwise": "goodbye",
    },
    "language": {"type": "set_language", "language": "other", "next": "menu"},
    "sales": {"type": "queue", "queue": "sales", "failed": "closed"},
    "support": {"type": "queue", "queue": "support", "failed": "closed"},
    "goodbye": {"type": "hang_up", "say": {"prompt": "goodbye"}},
    "closed": {"type": "hang_up", "say": {"prompt": "closed"}},
}

# name, company, level, notes, numbers. The first five are who the demo's customer telephones belong to.
CUSTOMERS: list[tuple[str, str, str, str, list[str]]] = [
    ("郑海峰", "海峰装饰工程有限公司", "gold", "长期合作，习惯下午来电，开票抬头用公司全称。", ["13800138001"]),
    ("苏婉清", "", "silver", "上月购买的餐桌椅套装已送达，等待第二批灯具。", ["13800138002"]),
    ("Grace Thompson", "Thompson Interiors", "gold", "Prefers English. Furnishing three show flats.", ["13800138003"]),
    ("高志远", "锦程酒店管理集团", "platinum", "酒店客房家具年度采购，合同编号 2026-018，价格事宜转采购经理。", ["13800138004"]),
    ("Lucas Meyer", "", "", "Sofa with a damaged leg, replacement part on its way.", ["13800138005"]),
    ("钱雨萱", "", "silver", "喜欢北欧风格，新房十二月交付。", ["02155500111"]),
    ("邓建国", "建国家具城", "gold", "经销商，月底结算。", ["02055500112", "13900000012"]),
    ("冯雅文", "", "", "咨询儿童床环保检测报告。", ["13900000013"]),
    ("曾凯", "凯越设计事务所", "silver", "设计师，常代客户下单，发货前需电话确认地址。", ["13900000014"]),
    ("彭丽娟", "", "", "沙发退换货已完成，回访满意。", ["13900000015"]),
    ("Sophie Laurent", "Atelier Laurent", "silver", "Asks for invoices in English and French.", ["+33155500116"]),
    ("蒋文涛", "", "", "", ["13900000017"]),
    ("蔡晓敏", "晓敏民宿", "silver", "民宿六间客房，床品每季度补货。", ["057155500118"]),
    ("余俊豪", "", "", "投诉过一次安装延误，已补偿安装费。", ["13900000019"]),
    ("杜若兰", "", "gold", "老客户，推荐过多位朋友。", ["13900000020"]),
    ("Michael O'Brien", "Harbour Serviced Apartments", "platinum", "Weekly deliveries, before ten.", ["02155500121"]),
    ("叶子涵", "", "", "预约周六上门量尺。", ["13900000022"]),
    ("程志刚", "志刚物业管理有限公司", "silver", "物业前台及会客区家具。", ["01055500123"]),
    ("魏思琪", "", "", "书柜颜色发错，换货中。", ["13900000024"]),
    ("任宏伟", "", "", "", ["13900000025"]),
    ("Hannah Fischer", "", "silver", "Moving to Suzhou in January; wants delivery on one day.", ["+493055500126"]),
    ("袁美玲", "美玲幼儿园", "gold", "只采购圆角儿童家具，须附检测证书。", ["051255500127"]),
    ("唐一凡", "", "", "关注促销活动，可短信通知。", ["13900000028"]),
    ("许静", "", "silver", "双人床垫偏硬，试睡期内。", ["13900000029"]),
    ("韩冬", "", "", "听力不便，通话请放慢语速。", ["13900000030"]),
    ("Arjun Patel", "Patel Office Supplies", "silver", "Office chairs, repeat orders every quarter.", ["+442055500131"]),
    ("罗梓萌", "", "", "衣柜安装预约在下周二上午。", ["13900000032"]),
    ("宋立新", "立新律师事务所", "gold", "会议桌定制，注意木纹方向。", ["02755500133"]),
    ("龙飞", "", "", "", ["13900000034"]),
    ("Naomi Tanaka", "", "silver", "Speaks Chinese and English; small apartment, asks for measurements.", ["13900000035"]),
]
