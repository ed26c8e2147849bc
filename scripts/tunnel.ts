import { SSMClient } from "@aws-sdk/client-ssm";
import { AppError } from "@cleanauth/common/app-error.ts";
import { serverUrl } from "./aws/server-url.ts";
import { identifyStackCaller } from "./aws/stack-caller.ts";
import { readStackOutputs } from "./aws/stack-outputs.ts";
import { runProgram } from "./program.ts";
import { serverPort, webTerminalPort } from "./roles/layout.ts";
import { readFlags } from "./terraform/flags.ts";
import { requireFreePort } from "./tunnel/local-port.ts";
import { openPortSession, type PortSession } from "./tunnel/port-session.ts";
import { findSessionManagerPlugin } from "./tunnel/session-manager-plugin.ts";

const ports = [serverPort, webTerminalPort] as const;

// Brings the host's ports to this machine over SSM, with no inbound rule, until Ctrl-C.
await runProgram(async (environment) => {
  readFlags(process.argv.slice(2), []);
  const outputs = readStackOutputs();
  const plugin = await findSessionManagerPlugin(environment);
  for (const port of ports) await requireFreePort(port);
  await identifyStackCaller(outputs);
  const { Region: region, InstanceId: instanceId } = outputs;
  const ssm = new SSMClient({ region });
  const endpoint =
    environment.AWS_ENDPOINT_URL_SSM ??
    environment.AWS_ENDPOINT_URL ??
    `https://ssm.${region}.amazonaws.com`;

  const interrupted = new Promise<"interrupted">((resolve) => {
    process.once("SIGINT", () => resolve("interrupted"));
    process.once("SIGTERM", () => resolve("interrupted"));
  });
  const sessions: PortSession[] = [];
  try {
    for (const port of ports) {
      const opening = openPortSession({ ssm, plugin, instanceId, port, region, endpoint });
      opening.then(
        (session) => sessions.push(session),
        () => {},
      );
      if ((await Promise.race([opening, interrupted])) !== "interrupted") continue;
      await opening.catch(() => undefined);
      throw new AppError("interrupted", "Interrupted", "Run again.");
    }
    const { protocol } = serverUrl(outputs, environment);
    console.log(`Over SSM to ${instanceId}, with no inbound rule:\n`);
    console.log(`  MCP server    ${protocol}//localhost:${serverPort}/mcp`);
    console.log(`  web terminal  ${protocol}//localhost:${webTerminalPort}\n`);
    console.log(`npm run -s chat -- ${protocol}//localhost:${serverPort}/mcp`);
    console.log("ready; Ctrl-C ends the tunnel");
    const broken = sessions.map(({ port, ended }) => ended.then((said) => ({ port, said })));
    const end = await Promise.race([interrupted, ...broken]);
    if (end !== "interrupted") throw endedError(end.port, end.said);
  } finally {
    await Promise.all(sessions.map((session) => session.close()));
  }
});

function endedError(port: number, said: string): AppError {
  return new AppError(
    "tunnel_ended",
    `The session for port ${port} has ended: ${said}`,
    "Run make tunnel again; a session that carries nothing ends after some minutes.",
  );
}
