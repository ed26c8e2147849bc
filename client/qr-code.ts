import { encode } from "uqr";

/** How many light modules are around the code; readers manage with two of the standard's four. */
const border = 2;

/**
 * A text as a QR code made of blocks, two of its rows to a line. The light parts are drawn, the dark
 * ones are left out: on a dark background it looks as on paper.
 *
 * @param text as it is to be read; 78 ASCII characters make 37 columns and 19 lines, 106 make 41 and 21
 */
export function qrLines(text: string): string[] {
  const { data, size } = encode(text, { ecc: "L", border });
  const isLight = (row: number, column: number) => row >= size || data[row]?.[column] !== true;
  const rows = Array.from({ length: Math.ceil(size / 2) }, (_, line) => line * 2);
  return rows.map((row) =>
    Array.from({ length: size }, (_, column) => {
      const [upper, lower] = [isLight(row, column), isLight(row + 1, column)];
      if (upper && lower) return "█";
      if (upper) return "▀";
      return lower ? "▄" : " ";
    }).join(""),
  );
}
