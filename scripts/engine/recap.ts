/** How a task ended on one host. */
export type Outcome = "ok" | "changed" | "skipped" | "failed" | "unreachable";

/** How many tasks ended in which way on one host. */
export type RecapCounts = Readonly<Record<Outcome, number>>;

/** Every host's counts by the host's name. */
export type Recap = Readonly<Record<string, RecapCounts>>;

export const emptyCounts: RecapCounts = {
  ok: 0,
  changed: 0,
  skipped: 0,
  failed: 0,
  unreachable: 0,
};

/** Counts one more outcome; a changed task is an ok one, too, as Ansible counts. */
export function countOutcome(counts: RecapCounts, outcome: Outcome): RecapCounts {
  const counted = { ...counts, [outcome]: counts[outcome] + 1 };
  return outcome === "changed" ? { ...counted, ok: counted.ok + 1 } : counted;
}

/** Whether any host failed or could not be reached. */
export function hasFailure(recap: Recap): boolean {
  return Object.values(recap).some(({ failed, unreachable }) => failed + unreachable > 0);
}

/** The recap's lines as Ansible prints them. */
export function formatRecap(recap: Recap): readonly string[] {
  const hosts = Object.entries(recap);
  const width = Math.max(0, ...hosts.map(([host]) => host.length));
  return hosts.map(
    ([host, { ok, changed, unreachable, failed, skipped }]) =>
      `${host.padEnd(width)} : ok=${pad(ok)} changed=${pad(changed)} unreachable=${pad(unreachable)} failed=${pad(failed)} skipped=${skipped}`,
  );
}

function pad(count: number): string {
  return String(count).padEnd(4);
}
