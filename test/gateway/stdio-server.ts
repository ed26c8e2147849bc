// A small MCP server on standard streams, as people have them: tools that do what an upstream may do,
// good and bad.

import { McpServer, ResourceTemplate } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { z } from "zod";

const server = new McpServer(
  { name: "upstream", version: "1.0.0" },
  { capabilities: { logging: {}, tools: { listChanged: true } } },
);
const text = (value: unknown) => ({
  content: [
    { type: "text" as const, text: typeof value === "string" ? value : JSON.stringify(value) },
  ],
});
const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
let calls = 0;

server.registerTool("echo", { inputSchema: { text: z.string() } }, ({ text: said }) => text(said));
server.registerTool("count", {}, () => text({ process: process.pid, calls: ++calls }));
server.registerTool("environment", {}, () => text({ ...process.env }));
server.registerTool("folder", {}, () => text({ cwd: process.cwd(), args: process.argv.slice(2) }));
server.registerTool("fail", {}, () => ({ ...text("no"), isError: true }));
server.registerTool("crash", {}, () => process.exit(3));
server.registerTool("hang", {}, () => new Promise<never>(() => {}));
server.registerTool("link", {}, () => ({
  content: [{ type: "resource_link" as const, uri: "demo://note/1", name: "note" }],
}));
server.registerTool("noise", {}, () => {
  process.stdout.write('this is no message\n{"neither":"is this"}\n');
  return text("noise made");
});
server.registerTool("work", {}, async (extra) => {
  const progressToken = extra._meta?.progressToken;
  for (let progress = 1; progress <= 3; progress += 1) {
    if (progressToken === undefined) continue;
    const params = { progressToken, progress, total: 3 };
    // The last one comes in one piece with the result.
    await extra.sendNotification({ method: "notifications/progress", params });
    if (progress < 3) await sleep(5);
  }
  return text("worked");
});
server.registerTool("wait", {}, async (extra) => {
  while (!extra.signal.aborted) await sleep(5);
  process.stderr.write("wait was cancelled\n");
  return text("cancelled");
});
server.registerTool("ask", {}, async () => {
  const answer = await server.server.elicitInput({
    message: "Which colour?",
    requestedSchema: { type: "object", properties: { colour: { type: "string" } } },
  });
  return text(answer);
});
server.registerTool("say", {}, async () => {
  await server.server.sendLoggingMessage({ level: "warning", logger: "mouth", data: "said" });
  return text("said");
});
server.registerTool("grow", {}, () => {
  server.registerTool("grown", {}, () => text("new"));
  return text("grown");
});
server.registerTool("flood", {}, () => {
  const line = `${JSON.stringify({ jsonrpc: "2.0", method: "notifications/message", params: { level: "info", data: "x".repeat(2_000) } })}\n`;
  const end = Date.now() + 3_000;
  const write = () => {
    while (Date.now() < end)
      if (!process.stdout.write(line)) return process.stdout.once("drain", write);
    return undefined;
  };
  write();
  return text("flooding");
});
server.registerPrompt("greet", { argsSchema: { name: z.string() } }, ({ name }) => ({
  messages: [{ role: "user", content: { type: "text", text: `Greet ${name}` } }],
}));
const { CLEANAUTH_SUBJECT: subject } = process.env;
if (subject !== undefined) {
  server.registerResource("mine", `demo://mine/${subject}`, {}, (uri) => ({
    contents: [{ uri: uri.href, text: `of ${subject}` }],
  }));
}
server.registerResource("fixed", "demo://fixed", {}, (uri) => ({
  contents: [{ uri: uri.href, text: "fixed text" }],
}));
server.registerResource(
  "note",
  new ResourceTemplate("demo://note/{id}", {
    list: undefined,
    complete: { id: (value) => ["1", "12", "2"].filter((id) => id.startsWith(value)) },
  }),
  {},
  (uri, { id }) => ({ contents: [{ uri: uri.href, text: `note ${id}` }] }),
);

await server.connect(new StdioServerTransport());
