import { readFileSync } from "node:fs";
import { urlSetting } from "@cleanauth/common/environment.ts";
import { parseJson } from "@cleanauth/common/parse-json.ts";
import { z } from "zod";
import { serverUrl } from "../../aws/server-url.ts";
import { certificateFile } from "../../client-access.ts";
import { type Cidr, contains, parseCidr } from "../../ingress/cidr.ts";
import type { IngressRule } from "../../ingress/ingress-rule.ts";
import { openingSettings } from "../../ingress/ingress-settings.ts";
import { findPublicAddress } from "../../ingress/public-address.ts";
import { serverPort } from "../../roles/layout.ts";
import { askServer, type ServerAnswer } from "../ask-server.ts";
import { type Check, failed, ok, type Verdict } from "../check.ts";
import type { DoctorContext } from "../context.ts";

export interface ReachProbe {
  readonly url: URL;
  /** What `/health` answered from here. */
  readonly direct: ServerAnswer;
  /** Whether this server answers on loopback, by make tunnel. */
  readonly isTunnelled: boolean;
  readonly rules: readonly IngressRule[];
  /** This machine's public address; `null` when it is not known. */
  readonly address: Cidr | null;
}

/** Whether the server can be reached from this machine, and what stands in between. */
export function judgeReach({ url, direct, isTunnelled, rules, address }: ReachProbe): Verdict {
  if ("status" in direct && direct.status === 200) return ok(`${url.origin} answers`);
  if (isTunnelled) return ok("it answers over make tunnel");
  const port = Number(url.port || (url.protocol === "https:" ? 443 : 80));
  const letsIn = rules.filter((rule) => allowsPort(rule, port));
  const from = address === null ? "this machine" : address.text;
  if (!letsIn.some((rule) => address === null || allowsAddress(rule, address))) {
    return failed(
      `no inbound rule lets ${from} reach port ${port}`,
      "make sg-open, or make tunnel",
    );
  }
  const failure = "failure" in direct ? direct.failure : `it answered ${direct.status}`;
  if (/CERT|SELF_SIGNED|ALTNAME|UNABLE_TO_VERIFY/i.test(failure)) {
    return failed(
      `the certificate of ${url.origin} is not trusted here (${failure})`,
      "make bootstrap brings the server's own certificate here",
    );
  }
  if (address === null) {
    return failed(
      `${url.origin} does not answer (${failure}); there are inbound rules, but this machine's address is not known`,
      "make sg-open CIDR=…, or make tunnel",
    );
  }
  return failed(
    `a rule lets ${from} in, and ${url.origin} does not answer (${failure})`,
    "make bootstrap, if the program does not run; make tunnel, if a network in between forbids it",
  );
}

function allowsPort({ protocol, ports }: IngressRule, port: number): boolean {
  if (protocol === "all" || ports === "all") return true;
  const [from = 0, to = from] = ports.split("-").map(Number);
  return protocol === "tcp" && from <= port && port <= to;
}

function allowsAddress({ source }: IngressRule, address: Cidr): boolean {
  // Groups and prefix lists name no address that could be compared.
  return source.includes("/") && contains(parseCidr(source), address);
}

/** Where the server says that it is called: what it was told on the host, else what is known here. */
export async function findServerUrl(context: DoctorContext): Promise<URL> {
  const host = await context.host().catch(() => null);
  const told = urlSetting.safeParse(host?.facts.server.PUBLIC_URL);
  return told.success
    ? new URL(new URL(told.data).origin)
    : serverUrl(context.outputs(), context.environment);
}

const resourceMetadata = z.object({ resource: z.string() });

/** Loopback, if this very server answers there; `make start` may listen on the same port. */
export async function findTunnel(url: URL): Promise<URL | null> {
  const tunnel = new URL(`${url.protocol}//localhost:${serverPort}`);
  const path = "/.well-known/oauth-protected-resource";
  const answer = await askServer(new URL(path, tunnel), readCertificate());
  if (!("body" in answer) || answer.status !== 200) return null;
  const parsed = resourceMetadata.safeParse(parseJson(answer.body));
  return parsed.success && parsed.data.resource.startsWith(url.origin) ? tunnel : null;
}

export function readCertificate(): string | null {
  try {
    return readFileSync(certificateFile, "utf8");
  } catch {
    return null;
  }
}

export const reachCheck: Check = {
  id: "reach",
  title: "reachability from here",
  needs: ["credentials", "outputs"],
  async run(context) {
    const url = await findServerUrl(context);
    const direct = await askServer(new URL("/health", url), readCertificate());
    const isDirect = "status" in direct && direct.status === 200;
    return judgeReach({
      url,
      direct,
      isTunnelled: !isDirect && (await findTunnel(url)) !== null,
      rules: isDirect ? [] : await context.rules(),
      address: isDirect ? null : await ownAddress(context),
    });
  },
};

async function ownAddress({ environment }: DoctorContext): Promise<Cidr | null> {
  const { CHECKIP_URL: url } = openingSettings.pick({ CHECKIP_URL: true }).parse(environment);
  return findPublicAddress(url).catch(() => null);
}
