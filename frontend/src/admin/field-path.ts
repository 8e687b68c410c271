type Path = (string | number)[];

/** The form's field an error belongs to: that of the dotted path itself, else the nearest around it; null for none. */
export function fieldAt(dotted: string, fields: Path[]): Path | null {
  const parts = dotted.split(".");
  const around = fields.filter((it) => it.length <= parts.length && it.every((part, at) => String(part) === parts[at]));
  return around.sort((a, b) => b.length - a.length)[0] ?? null;
}
