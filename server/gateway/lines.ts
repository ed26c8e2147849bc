/**
 * Cuts a stream of bytes into lines of UTF-8, none longer than a bound, and holds no more than that.
 *
 * @param longestBytes of one line
 * @param onLine called with each line, without its end
 * @param onTooLong called once for a line that is longer, which is passed over
 * @returns takes in the next bytes
 */
export function cutLines(
  longestBytes: number,
  onLine: (line: string) => void,
  onTooLong: () => void,
): (chunk: Buffer) => void {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let isPassingOver = false;
  const keep = (part: Buffer) => {
    if (isPassingOver) return;
    heldBytes += part.length;
    if (heldBytes <= longestBytes) return void held.push(part);
    isPassingOver = true;
    held = [];
    onTooLong();
  };
  const endLine = () => {
    if (!isPassingOver) onLine(Buffer.concat(held).toString("utf8"));
    isPassingOver = false;
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
