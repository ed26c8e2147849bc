import { setTimeout as sleep } from "node:timers/promises";
import headless from "@xterm/headless";
import { WebSocket } from "ws";

// Does on the host's web terminal what a person does there: signs in, asks, waits for the answer.
// Gets { url, username, password, question, answer } on stdin, prints the last screen, and ends with
// 0 when the answer was seen.

const chunks: Buffer[] = [];
for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
const plan = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, string>;

const columns = 100;
const rows = 30;
const secondsPerStep = 90;
const terminal = new headless.Terminal({ cols: columns, rows, allowProposedApi: true });
const socket = new WebSocket(plan.url ?? "");
const send = (message: object) => socket.send(JSON.stringify(message));
socket.on("message", (data) => {
  const message = JSON.parse(data.toString()) as { type: string; data?: string };
  if (message.type === "output") terminal.write(message.data ?? "");
});
await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
send({ type: "resize", columns, rows });

function screen(): string {
  const buffer = terminal.buffer.active;
  const lines = Array.from({ length: rows }, (_, at) => buffer.getLine(buffer.baseY + at));
  return lines.map((line) => line?.translateToString(true) ?? "").join("\n");
}

async function see(pattern: RegExp): Promise<void> {
  for (let waited = 0; !pattern.test(screen()); waited += 0.1) {
    if (waited > secondsPerStep) {
      console.log(screen());
      console.error(`Waited in vain for ${pattern}`);
      process.exit(1);
    }
    await sleep(100);
  }
}

await see(/Sign in/);
for (const text of [plan.username, plan.password]) {
  send({ type: "input", data: `${text}` });
  send({ type: "input", data: "\r" });
}
await see(/Welcome to CLEANAUTH/);
send({ type: "input", data: `${plan.question}` });
send({ type: "input", data: "\r" });
await see(new RegExp(plan.answer ?? ""));
console.log(screen());
process.exit(0);
