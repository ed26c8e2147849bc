import type { TestUserPool } from "@cleanauth/server/testing/user-pool.ts";
import type { LoadGenerator } from "../load/load-generator.ts";
import type { Measured } from "../report/results.ts";

/** What a part of the benchmark works with. */
export interface Bench {
  readonly pool: TestUserPool;
  readonly load: LoadGenerator;
  /** A folder for logs and data, gone at the end. */
  readonly folder: string;
  /** Shorter, with less to rely on. */
  readonly isQuick: boolean;
  /** Says what is being done. */
  readonly say: (text: string, detail?: string) => void;
}

/** A part of the benchmark, by the name that `--only` takes. */
export interface Part {
  readonly name: string;
  readonly about: string;
  measure(bench: Bench): Promise<Measured>;
}
