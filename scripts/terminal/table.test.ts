import { describe, expect, it } from "vitest";
import { displayWidth, formatTable } from "./table.ts";

describe("a table in a terminal", () => {
  it("keeps its columns aligned when a cell is Korean", () => {
    expect(
      formatTable([
        ["NAME", "STATUS"],
        ["김철수", "ok"],
        ["demo", "ok"],
      ]),
    ).toEqual(["NAME    STATUS", "김철수  ok", "demo    ok"]);
  });

  it("takes decomposed Hangul for as wide as it is shown", () => {
    expect(displayWidth("한".normalize("NFD"))).toBe(2);
  });

  it("lets no cell steer the terminal", () => {
    expect(formatTable([["\x1b[2Jx\ny", "z"]])).toEqual(["x y  z"]);
  });

  it("is no line at all without rows", () => {
    expect(formatTable([])).toEqual([]);
  });
});
