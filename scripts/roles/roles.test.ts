import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { RawFacts } from "../engine/fact.ts";
import type { Decision } from "../engine/operation.ts";
import { planHost } from "../engine/plan.ts";
import { selectTasks } from "../engine/selection.ts";
import { hostPlay } from "./host-play.ts";
import type { HostSettings } from "./host-settings.ts";
import { hostSettings, operatorSettings } from "./operator-settings.ts";
import { rollbackRole } from "./rollback-role.ts";

const sha = (text: string) => createHash("sha256").update(text).digest("hex");
const stack = {
  InstancePublicDNS: "host.example.com",
  InstancePublicIP: "203.0.113.10",
  ArtifactBucket: "the-bucket",
  CognitoUserPoolId: "us-east-1_AbCdEfGhI",
  CognitoClientId: "client",
  CognitoPublicClientId: "",
  CognitoDomain: "",
  CognitoRegion: "us-east-1",
  ClientSecretParameter: "/cleanauth/dev/client-secret",
  Region: "us-east-1",
};
const material = {
  tls: null,
  givenAuthorities: null,
  awsRead: "the program",
  release: { sha256: sha("release") },
  processManager: { version: "7.0.4", sha256: sha("pm2") },
  serversFile: null,
};
const settingsOf = (
  environment: Record<string, string> = {},
  more: Partial<HostSettings> = {},
): HostSettings => ({
  ...hostSettings(operatorSettings.parse(environment), stack, material),
  ...more,
});

/** What one operation decides from the given facts, all others being silent. */
function decide(name: RegExp, facts: RawFacts, settings = settingsOf()): Decision {
  const tasks = selectTasks(hostPlay(settings), {}).filter(({ fullName }) => name.test(fullName));
  expect(tasks).toHaveLength(1);
  return [...planHost(tasks, facts).values()][0] as Decision;
}

const release = `/opt/cleanauth/releases/${sha("release")}`;
const link = (target: string) => `777 root root symbolic link\n\n${target}\n`;
const running = (app: string, wanted: string, runs: string) => `${app} ${wanted} ${runs}\n`;

describe("an operation decides from facts", () => {
  it.each<[string, RegExp, RawFacts, Decision["kind"]]>([
    ["x86-64 with glibc", /machine is/, { "node.machine": "x86_64\nglibc\nDebian\n" }, "ok"],
    ["arm64 with glibc", /machine is/, { "node.machine": "aarch64\nglibc\nAmazon\n" }, "ok"],
    ["another processor", /machine is/, { "node.machine": "riscv64\nglibc\nX\n" }, "refused"],
    [
      "a system without glibc",
      /machine is/,
      { "node.machine": "x86_64\nmusl\nAlpine\n" },
      "refused",
    ],
    ["nothing known of it", /machine is/, {}, "refused"],
    ["all tools", /tools are/, { "node.missingTools": "" }, "ok"],
    ["a missing tool", /tools are/, { "node.missingTools": "logrotate\n" }, "change"],
    ["the right Node", /Node.* installed/, { "node.installed": "v24.18.1\n" }, "ok"],
    [
      "another Node",
      /Node.* installed/,
      { "node.installed": "v24.1.0\n", "node.machine": "x86_64\nglibc\n" },
      "change",
    ],
    ["the release there", /release .* unpacked/, { "app.release": "yes\n" }, "ok"],
    ["half a release there", /release .* unpacked/, { "app.release": "" }, "change"],
    [
      "the release current",
      /release .* current/,
      { "app.current": link(`releases/${sha("release")}`) },
      "ok",
    ],
    ["another current", /release .* current/, { "app.current": link("releases/x") }, "change"],
    ["no release at all", /last 3/, { "app.releases": "" }, "ok"],
    ["three and a new one", /last 3/, { "app.releases": "a\nb\nc\n" }, "change"],
    ["two and a new one", /last 3/, { "app.releases": "a\nb\n" }, "ok"],
    ["the secret as it should be", /client secret/, { "settings.clientSecret": "same\n" }, "ok"],
    ["another secret", /client secret/, { "settings.clientSecret": "the parameter…\n" }, "change"],
    ["the secret's fact silent", /client secret/, {}, "change"],
    [
      "the user",
      /user cleanauth/,
      { "settings.user": "/var/lib/cleanauth:/usr/sbin/nologin\n" },
      "ok",
    ],
    [
      "the user with a login shell",
      /user cleanauth/,
      { "settings.user": "/var/lib/cleanauth:/bin/bash\n" },
      "change",
    ],
    ["TLS not asked for", /certificate is/, {}, "skipped"],
    [
      "the server running what is there",
      /mcp-server runs/,
      { "services.revisions": running("mcp-server", "s:1:2", "s:1:2") },
      "ok",
    ],
    [
      "the server running something older",
      /mcp-server runs/,
      { "services.revisions": running("mcp-server", "s:1:2", "s:1:1") },
      "change",
    ],
    [
      "two servers, one older",
      /mcp-server runs/,
      { "services.revisions": running("mcp-server", "s:1:2", "s:1:1,s:1:2") },
      "change",
    ],
    [
      "no server running",
      /mcp-server runs/,
      { "services.revisions": running("mcp-server", "s:1:2", "") },
      "change",
    ],
  ])("with %s: %s", (_, name, facts, kind) => {
    expect(decide(name, facts).kind).toBe(kind);
  });

  it("to change nothing that commands do where handlers do it", () => {
    expect(decide(/mcp-client runs/, {})).not.toHaveProperty("command");
  });
});

describe("the commands of the roles", () => {
  const everything = (settings: HostSettings) => {
    const tasks = selectTasks(hostPlay(settings), {});
    const facts = { "node.machine": "x86_64\nglibc\n", "node.missingTools": "curl\n" };
    return [...planHost(tasks, facts).values()]
      .map((decision) => (decision.kind === "change" ? (decision.command?.text ?? "") : ""))
      .join("\n");
  };

  it("carry no secret: the parameter's name, never its value", () => {
    expect(everything(settingsOf())).toContain("parameter us-east-1 /cleanauth/dev/client-secret");
  });

  it("fetch the artifact by its content's name", () => {
    expect(everything(settingsOf())).toContain(`artifacts/${sha("release")}.tar.gz`);
    expect(everything(settingsOf())).toContain(release);
  });

  it("take Node from the mirror that the operator names", () => {
    const mirror = settingsOf({ NODE_MIRROR: "https://mirror.example.com/node/" });
    expect(everything(mirror)).toContain(
      "https://mirror.example.com/node/v24.18.1/node-v24.18.1-linux-x64.tar.gz",
    );
  });

  it("make a certificate for the host's names when that is asked for", () => {
    const text = everything(settingsOf({ TLS: "self-signed" }));
    expect(text).toContain("DNS:host.example.com");
    expect(text).toContain("IP:203.0.113.10");
  });
});

describe("what the programs are told", () => {
  it("names the host by its DNS name, over http without TLS and https with it", () => {
    expect(settingsOf().serverEnvironment.PUBLIC_URL).toBe("http://host.example.com:8080");
    const { serverEnvironment, clientEnvironment } = settingsOf({ TLS: "self-signed" });
    expect(serverEnvironment.PUBLIC_URL).toBe("https://host.example.com:8080");
    expect(clientEnvironment.MCP_SERVER_URL).toBe("https://localhost:8080/mcp");
  });

  it("names the proxies in front to both", () => {
    const { serverEnvironment, clientEnvironment } = settingsOf({ TRUST_PROXY: "10.0.0.0/16" });
    expect(serverEnvironment.TRUST_PROXY).toBe("10.0.0.0/16");
    expect(clientEnvironment.TRUST_PROXY).toBe("10.0.0.0/16");
  });

  it("leaves out what the stack does not have", () => {
    expect(settingsOf().serverEnvironment).not.toHaveProperty("COGNITO_PUBLIC_CLIENT_ID");
  });

  it("gives the secret to neither of the two files that are shown", () => {
    const { serverEnvironment, clientEnvironment } = settingsOf();
    expect({ ...serverEnvironment, ...clientEnvironment }).not.toHaveProperty(
      "COGNITO_CLIENT_SECRET",
    );
  });

  it.each([
    [{ NODE_VERSION: "24.1.0" }, "NODE_VERSION"],
    [{ NODE_VERSION: "22.1.0", NODE_SHA256: sha("x") }, "NODE_VERSION"],
    [{ TLS: "on" }, "TLS"],
    [{ TLS_CERT_FILE: "c.pem" }, "TLS_CERT_FILE"],
    [
      { TLS_CERT_FILE: "c.pem", TLS_KEY_FILE: "k.pem", PUBLIC_URL: "http://x.example:8080" },
      "PUBLIC_URL",
    ],
    [{ TLS: "self-signed", TLS_CERT_FILE: "c.pem", TLS_KEY_FILE: "k.pem" }, "TLS"],
    [{ NODE_MIRROR: "nodejs.org" }, "NODE_MIRROR"],
  ])("refuses %j by name", (environment, name) => {
    const { error } = operatorSettings.safeParse(environment);
    expect(error?.issues.map(({ path }) => path.join("."))).toContain(name);
  });
});

describe("going back", () => {
  const decideRollback = (facts: RawFacts) => {
    const tasks = selectTasks({ name: "hosts", roles: [rollbackRole()] }, {});
    return [...planHost(tasks, facts).values()][0]?.kind;
  };

  it.each<[string, RawFacts, Decision["kind"]]>([
    [
      "to a release that is whole",
      {
        "rollback.current": link("releases/b"),
        "rollback.previous": link("releases/a"),
        "rollback.isWhole": "yes\n",
      },
      "change",
    ],
    ["without one before", { "rollback.current": link("releases/b") }, "refused"],
    [
      "to one that is no more",
      { "rollback.current": link("releases/b"), "rollback.previous": link("releases/a") },
      "refused",
    ],
  ])("%s: %s", (_, facts, kind) => {
    expect(decideRollback(facts)).toBe(kind);
  });
});

describe("the servers behind this one", () => {
  const integrity = `sha512-${"A".repeat(86)}==`;
  const wanted = { server: "memory", name: "@s/memory", version: "1.2.3", integrity };
  const serversFile = { sha256: sha("file"), packages: [wanted] };
  const withServers = settingsOf({}, { serversFile });

  it.each<[string, RegExp, RawFacts, HostSettings, Decision["kind"]]>([
    ["no file, none wanted", /servers file/, { "servers.file": "" }, settingsOf(), "ok"],
    [
      "a file that is wanted no more",
      /servers file/,
      { "servers.file": "x" },
      settingsOf(),
      "change",
    ],
    ["no file yet", /servers file/, { "servers.file": "" }, withServers, "change"],
    [
      "the file there",
      /servers file/,
      { "servers.file": `${sha("file")} 600 cleanauth cleanauth` },
      withServers,
      "ok",
    ],
    [
      "the file there, for everybody to read",
      /servers file/,
      { "servers.file": `${sha("file")} 644 cleanauth cleanauth` },
      withServers,
      "change",
    ],
    [
      "the package there",
      /memory 1.2.3 is installed/,
      { "servers.packages": `@s/memory@1.2.3 ${integrity}\n` },
      withServers,
      "ok",
    ],
    [
      "another package of that name and version",
      /memory 1.2.3 is installed/,
      { "servers.packages": `@s/memory@1.2.3 sha512-other\n` },
      withServers,
      "change",
    ],
  ])("%s", (_case, name, facts, settings, kind) => {
    expect(decide(name, facts, settings).kind).toBe(kind);
  });

  it("are fetched from the bucket: nothing of the file stands in a command", () => {
    const decision = decide(/servers file/, {}, withServers);
    expect(JSON.stringify(decision)).toContain(`artifacts/servers/${sha("file")}.json`);
    expect(decision).not.toHaveProperty("files");
  });
});
