"""Malformed SIP after the cases of RFC 4475 §3.1.2, written here in their spirit, and plain rubbish."""

from __future__ import annotations

_HEAD = (
    "Via: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK{case}\r\n"
    "From: <sip:caller@127.0.0.1>;tag=x{case}\r\n"
    "To: <sip:4008001234@127.0.0.1>\r\n"
    "Call-ID: {case}@127.0.0.1\r\n"
    "Max-Forwards: 70\r\n"
)


def _message(case: str, start: str, *headers: str, body: str = "") -> bytes:
    return "\r\n".join([start, _HEAD.format(case=case).rstrip("\r\n"), *headers, "", body]).encode("utf-8", "surrogateescape")


_INVITE = "INVITE sip:4008001234@127.0.0.1 SIP/2.0"

MESSAGES: tuple[bytes, ...] = (
    # §3.1.2.1: extraneous separators in header fields
    _message("separators", _INVITE, "CSeq: 1 INVITE", 'Contact: "Joe" <sip:joe@127.0.0.1>;;,;,,', "Content-Length: 0"),
    # §3.1.2.2: content length larger than the message
    _message("long-length", _INVITE, "CSeq: 1 INVITE", "Content-Type: application/sdp", "Content-Length: 9999", body="v=0\r\n"),
    # §3.1.2.3: negative content length
    _message("negative", _INVITE, "CSeq: 1 INVITE", "Content-Type: application/sdp", "Content-Length: -999", body="v=0\r\n"),
    # §3.1.2.4: request scalar fields with overlarge values
    _message(
        "overlarge",
        "REGISTER sip:127.0.0.1 SIP/2.0",
        "CSeq: 36893488147419103232 REGISTER",
        "Expires: 1000000000000",
        "Contact: <sip:user@127.0.0.1:9>;expires=280297596632815",
        "Content-Length: 0",
    ),
    # §3.1.2.6: unterminated quoted string in a display name
    _message("quote", _INVITE, 'To: "Mr. J. User <sip:j.user@127.0.0.1>', "CSeq: 1 INVITE", "Content-Length: 0"),
    # §3.1.2.7: <> enclosing the request URI
    _message("enclosed", "INVITE <sip:4008001234@127.0.0.1> SIP/2.0", "CSeq: 1 INVITE", "Content-Length: 0"),
    # §3.1.2.8: whitespace within the request URI
    _message("space", "INVITE sip:400800 1234@127.0.0.1; lr SIP/2.0", "CSeq: 1 INVITE", "Content-Length: 0"),
    # §3.1.2.16: unknown protocol version
    _message("version", "OPTIONS sip:4008001234@127.0.0.1 SIP/7.0", "CSeq: 1 OPTIONS", "Content-Length: 0"),
    # §3.1.2.17, 18: start line and CSeq do not agree; unknown method
    _message("mismatch", "OPTIONS sip:4008001234@127.0.0.1 SIP/2.0", "CSeq: 8 INVITE", "Content-Length: 0"),
    _message("newmethod", "NEWMETHOD sip:4008001234@127.0.0.1 SIP/2.0", "CSeq: 8 NEWMETHOD", "Content-Length: 0"),
    # §3.1.2.19: overlarge response code
    _message("response", "SIP/2.0 4294967301 better not break the receiver", "CSeq: 353494 INVITE", "Content-Length: 0"),
    # §3.3.1: missing transaction identifier and required headers
    b"INVITE sip:4008001234@127.0.0.1 SIP/2.0\r\nCSeq: 193942 INVITE\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK.insuf\r\n\r\n",
    # an SDP that is none, numbers that are none, a number of a megabyte's kin
    _message("no-sdp", _INVITE, "CSeq: 1 INVITE", "Content-Type: application/sdp", "Content-Length: 11", body="not an sdp!"),
    _message("long-user", f"INVITE sip:{'9' * 8000}@127.0.0.1 SIP/2.0", "CSeq: 1 INVITE", "Content-Length: 0"),
    _message("zero", "INVITE sip:400%0012%ff34@127.0.0.1 SIP/2.0", "CSeq: 1 INVITE", "Content-Length: 0"),
    b"",
    b"\r\n\r\n",
    b"\x00" * 512,
    bytes(range(256)) * 8,
    b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
)
