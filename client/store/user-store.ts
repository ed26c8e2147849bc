import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Identity } from "../sign-in/sign-in.ts";
import { type ConversationStore, createConversationStore } from "./conversation-store.ts";
import { createSettingsStore, type SettingsStore } from "./settings-store.ts";
import { createUsageStore, type UsageStore } from "./usage-store.ts";

/** What is kept on disk for a signed-in user. */
export interface UserStore {
  readonly conversations: ConversationStore;
  readonly settings: SettingsStore;
  readonly usage: UsageStore;
}

/**
 * Opens what is kept for a user. Everybody has a folder of their own, named after issuer and subject:
 * behind the web terminal all users share one user of the operating system, and a user name may be
 * given to somebody else, or be the same in another pool.
 *
 * @param folder the program's state folder; nothing is made before something is kept
 * @param identity who signed in
 */
export function openUserStore(folder: string, identity: Identity): UserStore {
  const { issuer, subject } = identity;
  const name = createHash("sha256")
    .update(JSON.stringify([issuer, subject]))
    .digest("hex");
  const own = join(folder, "users", name.slice(0, 40));
  return {
    conversations: createConversationStore(join(own, "conversations")),
    settings: createSettingsStore(own),
    usage: createUsageStore(own),
  };
}
