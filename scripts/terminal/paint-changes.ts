/** Colours of a terminal, as chalk has them. */
export interface Colors {
  green(text: string): string;
  yellow(text: string): string;
  red(text: string): string;
  dim(text: string): string;
}

/** Paints lines of a plan by their first character, as a diff is painted. */
export function paintChanges(lines: readonly string[], colors: Colors): string {
  const painter = { "+": colors.green, "~": colors.yellow, "-": colors.red, "=": colors.dim };
  return lines
    .map((line) => painter[line.charAt(0) as keyof typeof painter]?.(line) ?? line)
    .join("\n");
}
