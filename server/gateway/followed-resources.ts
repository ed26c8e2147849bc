/** Which resources the sessions of a process follow, each by how many of them. */
export class FollowedResources {
  readonly #counts = new Map<string, Map<string, number>>();

  /** @returns whether this is the first session to follow it */
  add(process: string, uri: string): boolean {
    const counts = this.#counts.get(process) ?? new Map<string, number>();
    this.#counts.set(process, counts);
    const count = (counts.get(uri) ?? 0) + 1;
    counts.set(uri, count);
    return count === 1;
  }

  /** @returns whether this was the last session that followed it */
  remove(process: string, uri: string): boolean {
    const counts = this.#counts.get(process);
    const count = counts?.get(uri);
    if (counts === undefined || count === undefined) return false;
    if (count > 1) counts.set(uri, count - 1);
    else counts.delete(uri);
    if (counts.size === 0) this.#counts.delete(process);
    return count === 1;
  }

  of(process: string): readonly string[] {
    return [...(this.#counts.get(process)?.keys() ?? [])];
  }
}
