import { z } from "zod";
import { faultSettings } from "../faults.ts";
import { rotateSigningKeys } from "../signing-keys.ts";
import type { UserPool } from "../user-pool.ts";
import { jsonReply, type Reply, type Request } from "./listener.ts";

const authFlow = z.enum(["USER_SRP_AUTH", "USER_PASSWORD_AUTH", "USER_AUTH"]);

/** What `PUT /control` takes: what is left out stays as it is. */
const controlSettings = faultSettings.partial().extend({
  /** How long the next access and ID tokens hold. */
  tokenSeconds: z.int().min(1).max(86_400).optional(),
  /** What the app client with a secret may call `InitiateAuth` with. */
  authFlows: z.array(authFlow).optional(),
});

/**
 * Answers the requests by which tests, and whoever works on what happens then, steer the stand-in.
 * The real service has none of them. Whoever reaches this port on loopback may make them; a page in
 * a browser cannot, for it would have to ask first (CORS) and gets no answer to that.
 *
 * - `GET /control`, `PUT /control`: faults, token lifetime, flows of the app client with a secret
 * - `PUT /control/keys`: new signing keys; those of before stay published
 * - `GET /control/messages`: the codes that would have been sent by mail or SMS, the oldest first
 */
export async function answerControl(pool: UserPool, request: Request): Promise<Reply> {
  switch (`${request.method} ${request.path}`) {
    case "GET /control/messages":
      return jsonReply(200, { messages: pool.messages.all() });
    case "PUT /control/keys":
      await rotateSigningKeys(pool.tokenSettings.keys);
      return jsonReply(200, { keyId: pool.tokenSettings.keys.access.id });
    case "GET /control":
      return jsonReply(200, currentSettings(pool));
    case "PUT /control":
      return putSettings(pool, request);
    default:
      return jsonReply(404, { message: "There is no such control" });
  }
}

function putSettings(pool: UserPool, { body }: Request): Reply {
  const parsed = controlSettings.safeParse(parseJson(body));
  if (!parsed.success) return jsonReply(400, { message: z.prettifyError(parsed.error) });
  const { tokenSeconds, authFlows, ...faults } = parsed.data;
  Object.assign(pool.faults, faults);
  if (tokenSeconds !== undefined) pool.tokenSettings.tokenSeconds = tokenSeconds;
  if (authFlows !== undefined) pool.secretClient.authFlows = new Set(authFlows);
  return jsonReply(200, currentSettings(pool));
}

function currentSettings({ faults, tokenSettings, secretClient }: UserPool): object {
  const { tokenSeconds } = tokenSettings;
  return { ...faults, tokenSeconds, authFlows: [...secretClient.authFlows] };
}

function parseJson(body: string | null): unknown {
  try {
    return JSON.parse(body ?? "");
  } catch {
    return undefined;
  }
}
