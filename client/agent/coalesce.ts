/**
 * Runs work at once when asked to, and once more after it and a pause where it was asked for meanwhile,
 * however often.
 */
export function coalesce(work: () => Promise<void>, pauseMilliseconds: number): () => void {
  let isBusy = false;
  let isAskedAgain = false;
  return async function run() {
    isAskedAgain = isBusy;
    if (isBusy) return;
    isBusy = true;
    await work();
    await delay(pauseMilliseconds);
    isBusy = false;
    if (isAskedAgain) run();
  };
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
}
