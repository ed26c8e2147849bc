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
}

/**
 * Begins with what was kept. A decision is for a tool as it was when it was decided: one whose
 * description, schema or hints have changed since is another tool, and is asked about again.
 *
 * @param settings where decisions for good are kept
 * @param serverUrl whose tools they are
 */
export function createApprovals(settings: SettingsStore, serverUrl: string): Approvals {
  const ofSession = new Map<string, "run" | "decline">();
  return {
    decisionOn(tool) {
      const fingerprint = fingerprintOf(tool);
      const decided = ofSession.get(fingerprint);
      if (decided !== undefined) return decided;
      const kept = keptApprovals(settings).find(
        (each) => each.serverUrl === serverUrl && each.fingerprint === fingerprint,
      );
      if (kept === undefined) return "ask";
      return kept.decision === "always" ? "run" : "decline";
    },
    remember(tool, choice) {
      if (choice === "once" || choice === "decline") return;
      const fingerprint = fingerprintOf(tool);
      ofSession.set(fingerprint, choice === "never" ? "decline" : "run");
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
