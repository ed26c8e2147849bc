/** So much of each end of a line that is too long is told. */
const endBytes = 256;

/**
 * Cuts a stream of bytes into lines of UTF-8, none longer than a bound, and holds no more than that.
 *
 * @param longestBytes of one line
 * @param onLine called with each line, without its end
 * @param onTooLong called at the end of a line that is longer, with its first and its last part
 * @returns takes in the next bytes
 */
export function cutLines(
  longestBytes: number,
  onLine: (line: string) => void,
  onTooLong: (first: string, last: string) => void,
): (chunk: Buffer) => void {
  let held: Buffer[] = [];
  let heldBytes = 0;
  /** The first part of a line that is too long; null while none is. */
  let first: string | null = null;
  let last: Buffer = Buffer.alloc(0);
  const keep = (part: Buffer) => {
    if (first !== null) {
      last = Buffer.concat([last, part.subarray(-endBytes)]).subarray(-endBytes);
      return;
    }
    held.push(part);
    heldBytes += part.length;
    if (heldBytes <= longestBytes) return;
    const whole = Buffer.concat(held);
    first = whole.toString("utf8", 0, endBytes);
    last = whole.subarray(-endBytes);
    held = [];
  };
  const endLine = () => {
    if (first === null) onLine(Buffer.concat(held).toString("utf8"));
    else onTooLong(first, last.toString("utf8"));
    first = null;
    held = [];
    heldBytes = 0;
  };
  return (chunk) => {
    let from = 0;
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
      keep(chunk.subarray(from, at));
      endLine();
      from = at + 1;
    }
    if (from < chunk.length) keep(chunk.subarray(from));
  };
}
