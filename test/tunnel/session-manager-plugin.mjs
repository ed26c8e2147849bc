// Plays AWS's session-manager-plugin: takes the arguments that the AWS CLI gives to it, and carries
// the bytes of one port to the address in StreamUrl, over plain TCP in place of a WebSocket.
import { appendFileSync } from "node:fs";
import { connect, createServer } from "node:net";

const { PLUGIN_BEHAVIOUR, PLUGIN_RECORD, PLUGIN_VERSION } = process.env;
if (process.argv[2] === "--version") {
  console.log(PLUGIN_VERSION ?? "1.2.707.0");
} else {
  const [variable = "", region, operation, profile, request = "{}", endpoint] =
    process.argv.slice(2);
  const response = JSON.parse(process.env[variable] ?? "null");
  if (PLUGIN_RECORD !== undefined) {
    const record = { arguments: process.argv.slice(2), response };
    appendFileSync(PLUGIN_RECORD, `${JSON.stringify(record)}\n`);
  }
  const isComplete = [region, operation, profile, endpoint].every((word) => word !== undefined);
  if (!isComplete || response === null || PLUGIN_BEHAVIOUR === "refuse") {
    console.error("Cannot perform start session: \x1b[31mEOF");
    process.exit(1);
  }
  if (PLUGIN_BEHAVIOUR === "hang") setInterval(() => {}, 1_000);
  else carry(response, JSON.parse(request).Parameters);
}

function carry({ SessionId, StreamUrl }, { localPortNumber: [port] }) {
  const { hostname, port: targetPort } = new URL(StreamUrl);
  const server = createServer((near) => {
    const far = connect(Number(targetPort), hostname);
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) socket.on("error", () => near.destroy());
  });
  server.listen(Number(port), "127.0.0.1", () => {
    console.log(`\nStarting session with SessionId: ${SessionId}`);
    console.log(`Port ${port} opened for sessionId ${SessionId}.`);
    console.log("Waiting for connections...");
    if (PLUGIN_BEHAVIOUR === "end") setTimeout(() => process.exit(0), 100);
  });
}
