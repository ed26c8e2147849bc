import { z } from "zod";
import { defineTool, type Tool } from "./tool.ts";

/**
 * Tells callers who the server takes them for, and on what grounds.
 *
 * @param checks what the verifier checks on every request
 * @param now milliseconds since the epoch
 */
export function createWhoami(checks: readonly string[], now: () => number): Tool {
  return defineTool({
    name: "whoami",
    title: "Who am I",
    description:
      "Who is signed in: the verified user name, subject, groups and scopes of this very request, " +
      "which checks its access token passed, and when the token expires. Use it for questions " +
      "about the current user, their rights or their session.",
    annotations: { readOnlyHint: true, openWorldHint: false },
    access: "signed-in",
    input: z.object({}),
    output: z.object({
      username: z.string(),
      subject: z.string().describe("The user's unchanging id in the user pool"),
      groups: z.array(z.string()),
      scopes: z.array(z.string()),
      clientId: z.string().describe("The app client that the token was issued to"),
      verification: z.array(z.string()).describe("The checks that the token passed"),
      expiresAt: z.string().describe("When the token expires, ISO 8601"),
      expiresInSeconds: z.number().int(),
    }),
    async run(_args, caller) {
      const expiresAt = new Date(caller.expiresAt * 1000).toISOString();
      const expiresInSeconds = Math.max(0, Math.floor(caller.expiresAt - now() / 1000));
      const { username, subject, clientId } = caller;
      const groups = [...caller.groups];
      const scopes = [...caller.scopes];
      return {
        kind: "done",
        text: [
          `Signed in as ${username} (subject ${subject})`,
          `Groups: ${groups.join(", ") || "none"}`,
          `Scopes: ${scopes.join(", ") || "none"}`,
          `App client: ${clientId}`,
          `Token expires at ${expiresAt}, in ${expiresInSeconds} seconds`,
          "Verified on this request:",
          ...checks.map((check) => `- ${check}`),
        ].join("\n"),
        structured: {
          username,
          subject,
          groups,
          scopes,
          clientId,
          verification: [...checks],
          expiresAt,
          expiresInSeconds,
        },
      };
    },
  });
}
