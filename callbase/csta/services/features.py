"""What we can do, as the table of services and the events of monitors have it (ECMA-269 §13)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from callbase.csta.document import Part
from callbase.csta.monitors import FILTERS, filter_parts
from callbase.csta.parts import MANUFACTURER

_EVENT_LISTS = {
    "callcontrol": "callControlEvtsList",
    "callAssociated": "callAssociatedEvtsList",
    "logicalDeviceFeature": "logicalEvtsList",
}
_OTHER_NAMES = {
    "SingleStepConferenceCall": "singleStepConference",
    "SingleStepTransferCall": "singleStepTransfer",
    "SystemRegisterCancel": "systemStatusRegisterCancel",
    "networkReached": "netwReached",
}
"""Where the standard's lists name a service or event in another way."""
_ORDER = (
    "capExchangeServList",
    "systemServList",
    "monitoringServList",
    "snapshotServList",
    "callControlServList",
    "callControlEvtsList",
    "callAssociatedServList",
    "callAssociatedEvtsList",
    "routeingServList",
    "logicalServList",
    "logicalEvtsList",
)


def csta_features(groups: Mapping[str, Iterable[str]]) -> Part:
    services: list[Part] = [(group, _capabilities(names)) for group, names in groups.items()]
    return ("GetCSTAFeaturesResponse", [("supportedServices", services), ("supportedEvents", _events())])


def switching_function_caps(tenant: str, groups: Mapping[str, Iterable[str]]) -> Part:
    lists: dict[str, Part] = {name: (name, content) for name, content in _events()}
    for group, names in groups.items():
        name = "systemServList" if group == "systemStatServList" else group
        lists[name] = (name, _capabilities(names))
    everything = filter_parts(frozenset())
    return (
        "GetSwitchingFunctionCapsResponse",
        [
            ("switchingSubDomainName", tenant),
            ("manufacturerName", MANUFACTURER),
            ("ignoreUnsupportedParameters", "ignoreParameters"),
            ("mediaClassSupport", [("voice", "true")]),
            ("transAndConfSetup", [("consultationCall", "true"), ("alternateCall", "true")]),
            ("monitorFilterItems", [("deviceOnDeviceMonitorFilter", everything), ("callOnDeviceMonitorFilter", everything)]),
            ("correlatorDataSupported", "true"),
            ("aCDModels", [("visibleACDRelatedDevices", "true")]),
            ("agentStateModels", [("agentOriented", "true")]),
            ("connectionView", "fixed"),
            ("servEvtsList", [lists[name] for name in _ORDER]),
            ("maxDestinationDevicesForDeflect", "1"),
        ],
    )


def _events() -> list[Part]:
    return [(_EVENT_LISTS[group], _capabilities(sorted(names))) for group, names in FILTERS.items()]


def _capabilities(names: Iterable[str]) -> list[Part]:
    return [(_OTHER_NAMES.get(name, name[0].lower() + name[1:]), "") for name in names]
