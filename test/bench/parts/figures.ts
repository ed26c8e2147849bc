import type { Column, Goal, Row, Section } from "../report/results.ts";

const columns: readonly Column[] = [
  { key: "value", title: "measured" },
  { key: "unit", title: "" },
];

/** One number that was measured, in one or several rounds. */
export interface Figure {
  readonly what: string;
  readonly values: readonly number[];
  readonly unit: string;
}

/** A section of single figures, each with its unit. */
export function figuresSection(
  part: string,
  title: string,
  figures: readonly Figure[],
  notes: readonly string[] = [],
): Section {
  const rows: Row[] = figures.map(({ what, values, unit }) => ({
    subject: what,
    unit,
    values: { value: values },
  }));
  return { part, key: part, title, columns, rows, notes };
}

export function atMost(text: string, reached: number, bound: number, unit: string): Goal {
  return { text, reached, bound: { atMost: bound }, unit };
}

export const mib = 2 ** 20;
export const kib = 2 ** 10;
