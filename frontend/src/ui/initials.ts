/** For an avatar: two letters, or the given name of a Chinese one. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  if (/[\u4e00-\u9fff]/.test(name)) return name.length > 3 ? name.slice(0, 2) : name.slice(-2);
  return words
    .slice(0, 2)
    .map((it) => it[0]?.toUpperCase() ?? "")
    .join("");
}
