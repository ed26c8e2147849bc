import { createHash } from "node:crypto";
import type { Tool } from "./agent/agent.ts";
import type { ApprovalChoice } from "./chat/model.ts";
import type { SettingsStore } from "./store/settings-store.ts";

/** What a user has decided about the tools of a server, and decides from now on. */
export interface Approvals {
  /** What to do with a call, without asking where that was decided before. */
  decisionOn(tool: Tool): "run" | "decline" | "ask";
  /**
   * Takes in what the user said about a call.
   * @throws AppError `settings_…` when it is to be kept and cannot be; it holds for this session then
   */
  remember(tool: Tool, choice: ApprovalChoice): void;
  /** What stands about a tool. */
  standing(tool: Tool): StandingApproval;
  /**
   * Takes back what was said about a tool, as it is or was.
   * @throws AppError `settings_…` when that cannot be kept
   */
  forget(tool: string): void;
}

/** Whether a tool asks; or for how long it was said that it runs, or that it never does. */
export type StandingApproval = "asks" | "session" | "always" | "never";

/**
 * Begins with what was kept. A decision is for a tool as it was when it was decided: one whose
 * description, schema or hints have changed since is another tool, and is asked about again.
 *
 * @param settings where decisions for good are kept
 * @param serverUrl whose tools they are
 */
export function createApprovals(settings: SettingsStore, serverUrl: string): Approvals {
  /** By fingerprint. */
  const ofSession = new Map<string, { tool: string; choice: "session" | "always" | "never" }>();

  function standing(tool: Tool): StandingApproval {
    const fingerprint = fingerprintOf(tool);
    const kept = () =>
      keptApprovals(settings).find(
        (each) => each.serverUrl === serverUrl && each.fingerprint === fingerprint,
      )?.decision;
    return ofSession.get(fingerprint)?.choice ?? kept() ?? "asks";
  }

  return {
    standing,
    decisionOn(tool) {
      const stands = standing(tool);
      if (stands === "asks") return "ask";
      return stands === "never" ? "decline" : "run";
    },
    forget(tool) {
      for (const [fingerprint, decided] of ofSession) {
        if (decided.tool === tool) ofSession.delete(fingerprint);
      }
      const { approvals } = settings.read();
      const others = approvals.filter((each) => each.serverUrl !== serverUrl || each.tool !== tool);
      if (others.length < approvals.length) settings.change({ approvals: others });
    },
    remember(tool, choice) {
      if (choice === "once" || choice === "decline") return;
      const fingerprint = fingerprintOf(tool);
      ofSession.set(fingerprint, { tool: tool.name, choice });
      if (choice === "session") return;
      const others = settings
        .read()
        .approvals.filter((each) => each.serverUrl !== serverUrl || each.tool !== tool.name);
      const decision = { serverUrl, tool: tool.name, fingerprint, decision: choice };
      settings.change({ approvals: [...others, decision] });
    },
  };
}

/** Settings that cannot be read have decided nothing. */
function keptApprovals(settings: SettingsStore) {
  try {
    return settings.read().approvals;
  } catch {
    return [];
  }
}

function fingerprintOf({ name, description, inputSchema, readOnly, destructive }: Tool): string {
  const definition = JSON.stringify([name, description, inputSchema, readOnly, destructive]);
  return createHash("sha256").update(definition).digest("hex");
}
