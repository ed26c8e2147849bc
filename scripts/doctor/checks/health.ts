import { type Check, failed, ok, type Verdict } from "../check.ts";
import type { HostHealth } from "../host-facts.ts";

/** What both programs say of themselves when they are asked on the host. */
export function judgeHealth(server: HostHealth, client: HostHealth): Verdict {
  const problems = Object.entries(server.checks).map(([part, problem]) => `${part}: ${problem}`);
  if (problems.length > 0) {
    return failed(`the server is degraded: ${problems.join("; ")}`, "make logs FILES=server");
  }
  if (server.httpStatus !== 200 || server.status !== "ok") {
    return failed(
      `the server does not say that it is well: ${said(server)}`,
      "make logs FILES=server",
    );
  }
  if (client.httpStatus !== 200) {
    return failed(
      `the web terminal does not say that it is well: ${said(client)}`,
      "make logs FILES=client",
    );
  }
  return ok("server and web terminal are well");
}

function said({ httpStatus, said }: HostHealth): string {
  const text = said.replace(/\s+/g, " ").trim();
  return httpStatus === 0 ? text || "no answer" : `${httpStatus} ${text}`;
}

export const healthCheck: Check = {
  id: "health",
  title: "/health on the host",
  needs: ["processes"],
  async run(context) {
    const { serverHealth, clientHealth } = (await context.host()).facts;
    return judgeHealth(serverHealth, clientHealth);
  },
};
