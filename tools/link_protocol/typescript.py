"""The protocol as TypeScript types, for the console and for whoever writes a client in it."""

from __future__ import annotations

from .model import Protocol, StructModel

HEAD = "// Written by tools/write_link_protocol.py from callbase/cti/messages.py. Do not edit.\n"


def write_typescript(protocol: Protocol, version: int) -> str:
    parts = [HEAD, f"export const PROTOCOL = {version};\n"]
    for name, (values, comment) in protocol.literals.items():
        parts.append(_comment(comment, "") + f"export type {name} =\n" + "\n".join(f'  | "{value}"' for value in values) + ";\n")
    for struct in protocol.structs.values():
        parts.append(_struct(struct))
    for name, members in protocol.unions.items():
        parts.append(f"export type {name} =\n" + "\n".join(f"  | {member}" for member in members) + ";\n")
    return "\n".join(parts)


def _struct(struct: StructModel) -> str:
    lines = [_comment(struct.comment, "") + f"export interface {struct.name} {{"]
    if struct.tag is not None:
        lines.append(f'  type: "{struct.tag}";')
    for field in struct.fields:
        lines.append(_comment(field.comment, "  ") + f"  {field.name}{'?' if field.optional else ''}: {field.type};")
    return "\n".join(lines) + "\n}\n"


def _comment(text: str, indent: str) -> str:
    if not text:
        return ""
    lines = text.replace("*/", "* /").split("\n")
    if len(lines) == 1:
        return f"{indent}/** {lines[0]} */\n"
    return f"{indent}/**\n" + "".join(f"{indent} * {line}".rstrip() + "\n" for line in lines) + f"{indent} */\n"
