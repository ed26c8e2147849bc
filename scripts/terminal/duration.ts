const unitSeconds = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/**
 * Reads a span of time such as `90s`, `30m`, `2h` or `1d`.
 *
 * @returns seconds, or `null` when the text is no such span or none at all
 */
export function parseDuration(text: string): number | null {
  const [, amount = "", unit = ""] = /^(\d{1,6})([smhd])$/.exec(text.trim()) ?? [];
  const seconds = Number(amount) * (unitSeconds[unit as keyof typeof unitSeconds] ?? 0);
  return seconds > 0 ? seconds : null;
}

/**
 * Words a span of time by its two greatest units, as in `1h 59m`; less than a second is `0s`.
 *
 * @param seconds not negative
 */
export function formatDuration(seconds: number): string {
  let rest = Math.floor(seconds);
  const parts: string[] = [];
  for (const unit of ["d", "h", "m", "s"] as const) {
    const amount = Math.floor(rest / unitSeconds[unit]);
    rest -= amount * unitSeconds[unit];
    if (amount > 0) parts.push(`${amount}${unit}`);
    else if (parts.length > 0) break;
  }
  return parts.slice(0, 2).join(" ") || "0s";
}
