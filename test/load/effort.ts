/** How much a run takes on: `make load` is over in minutes, `make soak` takes half an hour. */
export const isSoak = process.env.SOAK === "1";

/** Prints a figure beside the tests, and keeps it apart from their own lines. */
export function tell(figure: string): void {
  process.stdout.write(`  → ${figure}\n`);
}
