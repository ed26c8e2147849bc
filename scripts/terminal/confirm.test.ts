import { describe, expect, it } from "vitest";
import { type Confirmation, requireConfirmation } from "./confirm.ts";

const deletion: Confirmation = { name: "김철수", verb: "delete", given: undefined, ask: null };

describe("a confirmation", () => {
  it.each<[string, Partial<Confirmation>]>([
    ["is the name, given beforehand", { given: "김철수" }],
    ["is the name, typed", { ask: async () => "김철수 " }],
    ["is the name, composed by another keyboard", { ask: async () => "김철수".normalize("NFD") }],
  ])("%s", async (_says, over) => {
    await expect(requireConfirmation({ ...deletion, ...over })).resolves.toBeUndefined();
  });

  it.each<[string, Partial<Confirmation>]>([
    ["another name, given beforehand", { given: "yes", ask: async () => "김철수" }],
    ["another name, typed", { ask: async () => "y" }],
    ["nothing, where nobody can be asked", {}],
  ])("is not %s", async (_says, over) => {
    await expect(requireConfirmation({ ...deletion, ...over })).rejects.toMatchObject({
      code: "usage_confirmation_missing",
      hint: expect.stringContaining("CONFIRM=김철수"),
    });
  });

  it("says what is about to happen to what", async () => {
    let question = "";
    await requireConfirmation({
      ...deletion,
      ask: async (text) => {
        question = text;
        return "김철수";
      },
    });
    expect(question).toBe("Type 김철수 to delete it for good: ");
  });
});
