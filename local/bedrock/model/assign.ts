/**
 * Gives each place at most one candidate, and each candidate to at most one place, so that the scores
 * add up highest. Among equals, earlier candidates go to earlier places.
 *
 * @param places at most {@link placeLimit} are looked at
 * @param candidates at most {@link candidateLimit} are looked at
 * @param scoreOf what a candidate is worth in a place; 0 or less means that it cannot go there
 * @returns the candidate of each place, if any
 */
export function assign<Place, Candidate>(
  places: readonly Place[],
  candidates: readonly Candidate[],
  scoreOf: (place: Place, candidate: Candidate) => number,
): Map<Place, Candidate> {
  const limited = candidates.slice(0, candidateLimit);
  let best: { total: number; chosen: readonly [Place, Candidate][] } = { total: 0, chosen: [] };
  const search = (
    index: number,
    taken: ReadonlySet<Candidate>,
    total: number,
    chosen: readonly [Place, Candidate][],
  ): void => {
    if (total > best.total + 1e-9) best = { total, chosen };
    const place = places[index];
    if (place === undefined || index >= placeLimit) return;
    for (const candidate of limited) {
      const score = taken.has(candidate) ? 0 : scoreOf(place, candidate);
      if (score <= 0) continue;
      search(index + 1, new Set([...taken, candidate]), total + score, [
        ...chosen,
        [place, candidate],
      ]);
    }
    search(index + 1, taken, total, chosen);
  };
  search(0, new Set(), 0, []);
  return new Map(best.chosen);
}

const placeLimit = 5;
const candidateLimit = 8;
