import type { Follower } from "../mcp/features.ts";

/** The sessions that follow one resource, each with the upstream's answer to that. */
type Followers = Map<Follower, Promise<unknown>>;

/**
 * Which resources of an upstream are followed, and by which sessions. It knows of no process: those come
 * and go, and with its entry in the file it may change who shares one, while sessions go on following.
 */
export class FollowedResources {
  readonly #bySubject = new Map<string, Map<string, Followers>>();

  /** @param answer rejects when the upstream refuses; takes the place of an earlier one */
  set(uri: string, follower: Follower, answer: Promise<unknown>): void {
    const { subject } = follower.owner;
    const byUri = this.#bySubject.get(subject) ?? new Map<string, Followers>();
    const followers: Followers = byUri.get(uri) ?? new Map();
    this.#bySubject.set(subject, byUri.set(uri, followers.set(follower, answer)));
  }

  /** Does nothing the second time: a session may end while its request fails. */
  delete(uri: string, follower: Follower): void {
    const { subject } = follower.owner;
    const byUri = this.#bySubject.get(subject);
    const followers = byUri?.get(uri);
    followers?.delete(follower);
    if (followers?.size === 0) byUri?.delete(uri);
    if (byUri?.size === 0) this.#bySubject.delete(subject);
  }

  /**
   * What the upstream has answered, or will, to the first session that follows a resource.
   *
   * @param subject whose sessions are meant; null for everybody's
   * @returns undefined where none follows it
   */
  answer(uri: string, subject: string | null): Promise<unknown> | undefined {
    for (const byUri of this.#of(subject)) {
      for (const answer of byUri.get(uri)?.values() ?? []) return answer;
    }
    return undefined;
  }

  /** Whether anything is followed. */
  isAny(subject: string | null): boolean {
    return subject === null ? this.#bySubject.size > 0 : this.#bySubject.has(subject);
  }

  /** Every session once for each resource that it follows. */
  all(subject: string | null): (readonly [uri: string, follower: Follower])[] {
    return this.#of(subject).flatMap((byUri) =>
      [...byUri].flatMap(([uri, followers]) =>
        [...followers.keys()].map((follower) => [uri, follower] as const),
      ),
    );
  }

  #of(subject: string | null): Map<string, Followers>[] {
    if (subject === null) return [...this.#bySubject.values()];
    const byUri = this.#bySubject.get(subject);
    return byUri === undefined ? [] : [byUri];
  }
}
