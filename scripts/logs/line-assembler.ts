const newline = 0x0a;
/** A line that is longer is cut here: no log of ours has such a line. */
const longestLineBytes = 64 * 1024;

/** Puts the bytes of one log together to lines. */
export interface LineAssembler {
  /** @returns the lines that are complete by now, without their ends */
  push(bytes: Buffer): readonly string[];
  /** Gives the line that was left unfinished, if any. */
  end(): readonly string[];
}

export function createLineAssembler(): LineAssembler {
  let held: Buffer = Buffer.alloc(0);
  return {
    push(bytes) {
      const all = held.length === 0 ? bytes : Buffer.concat([held, bytes]);
      const lines: string[] = [];
      let start = 0;
      for (let at = all.indexOf(newline); at !== -1; at = all.indexOf(newline, start)) {
        lines.push(decode(all.subarray(start, at)));
        start = at + 1;
      }
      held = all.subarray(start);
      if (held.length > longestLineBytes) {
        lines.push(decode(held));
        held = Buffer.alloc(0);
      }
      return lines;
    },
    end() {
      const rest = held;
      held = Buffer.alloc(0);
      return rest.length === 0 ? [] : [decode(rest)];
    },
  };
}

function decode(line: Buffer): string {
  const cut = line.subarray(0, longestLineBytes).toString("utf8");
  return line.length > longestLineBytes ? `${cut}…` : cut;
}
