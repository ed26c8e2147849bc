/** What is wrong with an entry of a servers file, and where. */
export interface Mistake {
  readonly path: readonly string[];
  readonly message: string;
}

type Unchecked = Readonly<Record<string, unknown>>;

const serverName = /^[a-z][a-z0-9-]{0,31}$/;

/**
 * Finds what no single key of an entry tells: how its keys go together, and keys of this project's that
 * stand where they say nothing. Somebody who wrote them believes that they keep others out.
 *
 * @param name the entry's name, as it stands in the file
 * @param entry its value, as it stands in the file: nothing of it has been checked
 * @param ownKeys the keys that stand under `cleanauth`
 */
export function* mistakesOfEntry(
  name: string,
  entry: unknown,
  ownKeys: readonly string[],
): Generator<Mistake> {
  if (!serverName.test(name)) {
    const message = "must be a name of 1 to 32 small letters, digits and -, a letter first";
    yield { path: [name], message };
  }
  if (!isRecord(entry)) return;
  if ("command" in entry === "url" in entry) {
    yield { path: [name], message: "needs either a command or a url" };
  }
  if (!("url" in entry) && "headers" in entry) {
    yield { path: [name, "headers"], message: "go with a url" };
  }
  for (const key of Object.keys(entry)) {
    // Other clients have a list of tools there.
    const isOwn = ownKeys.includes(key) && !(key === "tools" && Array.isArray(entry[key]));
    if (isOwn) yield { path: [name, key], message: "goes under cleanauth" };
    if (key !== "cleanauth" && /^clean[-_ ]?auth$/i.test(key)) {
      yield { path: [name, key], message: "is spelled cleanauth" };
    }
  }
  yield* mistakesOfIdentity(name, entry);
}

function* mistakesOfIdentity(name: string, entry: Unchecked): Generator<Mistake> {
  const { identity, process } = isRecord(entry.cleanauth) ? entry.cleanauth : {};
  const path = [name, "cleanauth", "identity"];
  if (identity === "header" && !("url" in entry)) {
    yield { path, message: "header goes with a url" };
  }
  if (identity === "environment" && (!("command" in entry) || process !== "per-user")) {
    const message =
      'environment goes with a command and "process": "per-user": it is given when a process starts';
    yield { path, message };
  }
}

export function isRecord(value: unknown): value is Unchecked {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
