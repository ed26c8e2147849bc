import { randomBytes } from "node:crypto";
import { setPriority } from "node:os";
import { rpcHeaders } from "@cleanauth/server/testing/rpc.ts";
import { makePacedCalls } from "./paced-calls.ts";

// Sends calls with forged tokens, in a process of its own, so that it does not hold up those who
// measure, nor takes their cores: a flood comes from other machines. The plan comes as an argument; the count of what was not refused goes out.

setPriority(19);
const plan = JSON.parse(process.argv[2] ?? "{}") as {
  base: string;
  token: string;
  callsPerSecond: number;
  seconds: number;
};
const unsigned = plan.token.slice(0, plan.token.lastIndexOf(".") + 1);
const result = await makePacedCalls({
  url: `${plan.base}/mcp`,
  callsPerSecond: plan.callsPerSecond,
  seconds: plan.seconds,
  call: () => ({
    headers: rpcHeaders(unsigned + randomBytes(256).toString("base64url"), "none"),
    body: '{"jsonrpc":"2.0","id":1,"method":"ping"}',
  }),
  judge: (_n, status) => (status === 401 || status === 429 ? null : String(status)),
});
console.log(JSON.stringify({ calls: result.calls, failures: result.failures }));
process.exit();
