// A small MCP server on standard streams, as people have them: tools that do what an upstream may do,
// good and bad.

import { McpServer, ResourceTemplate } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import {
  McpError,
  SubscribeRequestSchema,
  UnsubscribeRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod";

const server = new McpServer(
  { name: "upstream", version: "1.0.0" },
  {
    capabilities: { logging: {}, tools: { listChanged: true }, resources: { subscribe: true } },
  },
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
  const progressToken = extra._meta?.progressToken;
  if (progressToken !== undefined) {
    const params = { progressToken, progress: 1 };
    await extra.sendNotification({ method: "notifications/progress", params });
  }
  while (!extra.signal.aborted) await sleep(5);
  process.stderr.write("wait was cancelled\n");
  return text("cancelled");
});
const askForColour = () =>
  server.server.elicitInput({
    message: "Which colour?",
    requestedSchema: { type: "object", properties: { colour: { type: "string" } } },
  });
server.registerTool("ask", {}, async () => text(await askForColour()));
server.registerTool("ask-and-hang", {}, async () => {
  await askForColour();
  return await new Promise<never>(() => {});
});
// Whoever gives it up is still asked.
server.registerTool("insist", {}, async () => {
  const requestedSchema = { type: "object" as const, properties: {} };
  for (;;) {
    await server.server.elicitInput({ message: "Still there?", requestedSchema }).catch(() => {});
    await sleep(50);
  }
});
server.registerTool("sample", {}, async () => {
  const messages = [{ role: "user" as const, content: { type: "text" as const, text: "Hm?" } }];
  return text((await server.server.createMessage({ messages, maxTokens: 9 })).content);
});
server.registerTool("say", {}, async () => {
  await server.server.sendLoggingMessage({ level: "warning", logger: "mouth", data: "said" });
  return text("said");
});
const followed = new Set<string>();
// Who asks for demo://held waits until the tool "answer" is called.
const held: ((isRefused: boolean) => void)[] = [];
server.registerTool("held", {}, () => text(held.length));
server.registerTool("answer", { inputSchema: { isRefused: z.boolean() } }, ({ isRefused }) => {
  for (const answer of held.splice(0)) answer(isRefused);
  return text("answered");
});
server.server.setRequestHandler(SubscribeRequestSchema, async ({ params }) => {
  const isRefused =
    params.uri === "demo://held" && (await new Promise<boolean>((answer) => held.push(answer)));
  if (isRefused || params.uri === "demo://none") throw new McpError(-32002, "Resource not found");
  followed.add(params.uri);
  return {};
});
server.server.setRequestHandler(UnsubscribeRequestSchema, ({ params }) => {
  followed.delete(params.uri);
  return {};
});
server.registerTool("followed", {}, () => text([...followed]));
server.registerTool("touch", {}, async () => {
  for (const uri of followed) await server.server.sendResourceUpdated({ uri });
  return text("touched");
});
server.registerTool("grow", {}, () => {
  server.registerTool("grown", {}, () => text("new"));
  return text("grown");
});
const floods = {
  logs: { method: "notifications/message", params: { level: "info", data: "x".repeat(2_000) } },
  changes: { method: "notifications/tools/list_changed" },
  requests: { id: 1, method: "roots/list" },
  answers: { id: 1_000_000, result: {} },
  noise: null,
  errors: null,
};
const kinds = Object.keys(floods) as (keyof typeof floods)[];
server.registerTool(
  "flood",
  {
    inputSchema: {
      kind: z.enum(kinds as [keyof typeof floods]).default("logs"),
      seconds: z.number().default(3),
    },
  },
  ({ kind, seconds }) => {
    const said = floods[kind];
    const line = `${said === null ? "no message" : JSON.stringify({ jsonrpc: "2.0", ...said })}\n`;
    const stream = kind === "errors" ? process.stderr : process.stdout;
    const end = Date.now() + seconds * 1_000;
    const write = () => {
      while (Date.now() < end) if (!stream.write(line)) return stream.once("drain", write);
      return undefined;
    };
    write();
    return text("flooding");
  },
);
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

await sleep(Number(process.env.START_MILLISECONDS ?? 0));
const transport = new StdioServerTransport();
await server.connect(transport);
const { onmessage } = transport;
transport.onmessage = async (message) => {
  const isList = "method" in message && message.method === "tools/list";
  if (isList) await sleep(Number(process.env.LIST_MILLISECONDS ?? 0));
  onmessage?.(message);
};
