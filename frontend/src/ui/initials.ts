/** Two letters, or the last two characters of a Chinese name, for an avatar. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  if (/[\u4e00-\u9fff]/.test(name)) return name.slice(-2);
  return words
    .slice(0, 2)
    .map((it) => it[0]?.toUpperCase() ?? "")
    .join("");
}
