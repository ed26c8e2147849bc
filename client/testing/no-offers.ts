import type { McpConnection } from "../agent/agent.ts";

const none = async () => [];

/** The part of a connection to a server that has neither prompts nor resources. */
export const noOffers: Pick<McpConnection, "offers" | "getPrompt" | "readResource" | "complete"> = {
  offers: () => ({
    prompts: { state: "listed", items: [], isCut: false },
    resources: { state: "listed", items: [], isCut: false },
    completes: false,
  }),
  getPrompt: none,
  readResource: none,
  complete: none,
};
