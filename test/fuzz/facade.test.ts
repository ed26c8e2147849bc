import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type FacadePrey, prepareFacadePrey } from "./facade-prey.ts";
import { attackFacade } from "./facade-properties.ts";

let prey: FacadePrey;
beforeAll(async () => {
  prey = await prepareFacadePrey();
}, 60_000);
afterAll(() => prey?.close());

describe("requests to the façade by somebody who has come by much", () => {
  it("get no token, code or consent, and send no browser to a stranger", async () => {
    await attackFacade(prey, { requests: 400 });
    expect(prey.logLines.length).toBeGreaterThan(400);
  }, 120_000);
});
