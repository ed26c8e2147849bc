/**
 * Works on several things at once, at most so many at a time, and returns what came of each in order.
 * The work handles its own failures: the first rejection ends the whole.
 */
export async function mapForked<Item, Result>(
  items: readonly Item[],
  forks: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results = new Array<Result>(items.length);
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < items.length; index = next++) {
      results[index] = await work(items[index] as Item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(forks, items.length) }, worker));
  return results;
}
