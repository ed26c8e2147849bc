import type { Play } from "../engine/operation.ts";
import { appRole } from "./app-role.ts";
import type { HostSettings } from "./host-settings.ts";
import { nodeRole } from "./node-role.ts";
import { serversRole } from "./servers-role.ts";
import { servicesRole } from "./services-role.ts";
import { settingsRole } from "./settings-role.ts";

/** From a bare host to one that serves. */
export function hostPlay(settings: HostSettings): Play {
  return {
    name: "MCP hosts",
    roles: [
      nodeRole(settings),
      appRole(settings),
      settingsRole(settings),
      serversRole(settings),
      servicesRole(settings),
    ],
  };
}
