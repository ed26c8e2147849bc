/** What was measured, as it is written as JSON and read again for the page. */
export interface Results {
  readonly takenAt: string;
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly memoryGiB: number;
    readonly system: string;
    readonly node: string;
    /** Whether the measured program had a core for itself. */
    readonly pinned: boolean;
    /** What else ran: the load average of the last minute before and after. */
    readonly loadBefore: number;
    readonly loadAfter: number;
  };
  readonly isQuick: boolean;
  /** All parts, at length: what a page may show. */
  readonly isWhole: boolean;
  readonly goals: readonly Goal[];
  readonly sections: readonly Section[];
}

/** What the project wants to reach, and what it reached. */
export interface Goal {
  readonly text: string;
  readonly reached: number;
  readonly bound: { readonly atLeast: number } | { readonly atMost: number };
  readonly unit: string;
}

/** What belongs together, as a table. */
export interface Section {
  readonly part: string;
  /** Its name for programs. */
  readonly key: string;
  readonly title: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  /** How it was taken, and what it leaves out. */
  readonly notes: readonly string[];
}

export interface Column {
  readonly key: string;
  readonly title: string;
}

/** A subject and its values: one for each round, the median of which is shown with its spread. */
export interface Row {
  readonly subject: string;
  /** Where the rows of a section differ in it. */
  readonly unit?: string;
  readonly values: Readonly<Record<string, readonly number[]>>;
}

/** What a part of the benchmark gives. */
export interface Measured {
  readonly sections: readonly Section[];
  readonly goals: readonly Goal[];
}

/** The middle of some values; of an even number, the mean of the two in the middle. */
export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

export function isReached({ reached, bound }: Goal): boolean {
  return "atLeast" in bound ? reached >= bound.atLeast : reached <= bound.atMost;
}
