import { BlockList, isIPv4, isIPv6 } from "node:net";
import { AppError } from "@cleanauth/common/app-error.ts";
import { type Cidr, parseCidr } from "./cidr.ts";

const defaultTimeoutSeconds = 5;
/** No address is longer, so nothing behind this is read. */
const longestAnswer = 64;

/**
 * Asks which public address this machine's requests come from.
 *
 * @param url a service that answers a GET with the caller's address as text, over https (or on
 *   loopback)
 * @returns that one address as a range
 * @throws AppError `public_address_unknown` when the service does not answer in time or answers with
 *   anything but a public address
 */
export async function findPublicAddress(
  url: string,
  timeoutSeconds = defaultTimeoutSeconds,
): Promise<Cidr> {
  const { protocol, hostname } = new URL(url);
  if (protocol !== "https:" && !/^(127\.0\.0\.1|\[::1\]|localhost)$/.test(hostname)) {
    throw unknownAddress(`${url} is not https, so anybody on the way could answer`);
  }
  const answer = await ask(url, timeoutSeconds);
  const address = answer.trim();
  if (!isIPv4(address) && !(isIPv6(address) && !address.includes("%"))) {
    throw unknownAddress(`${url} answered ${JSON.stringify(answer.slice(0, 60))}`);
  }
  const family = isIPv4(address) ? "ipv4" : "ipv6";
  if (reserved[family].check(address, family)) {
    throw unknownAddress(`${url} answered ${address}, which is no public address`);
  }
  return parseCidr(address);
}

async function ask(url: string, timeoutSeconds: number): Promise<string> {
  try {
    const response = await fetch(url, {
      redirect: "error",
      signal: AbortSignal.timeout(timeoutSeconds * 1000),
    });
    if (!response.ok) throw new Error(`it answered ${response.status}`);
    return await readStart(response);
  } catch (error) {
    if (error instanceof AppError) throw error;
    const { name, message, cause } = error as Error;
    const reason =
      name === "TimeoutError"
        ? `it did not answer in ${timeoutSeconds} seconds`
        : ((cause as NodeJS.ErrnoException | undefined)?.code ?? message);
    throw unknownAddress(`cannot ask ${url}: ${reason}`, error);
  }
}

async function readStart(response: Response): Promise<string> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (text.length > longestAnswer) break;
  }
  return text;
}

function unknownAddress(reason: string, cause?: unknown): AppError {
  return new AppError(
    "public_address_unknown",
    `Your public address is not known: ${reason}`,
    "Name it yourself, as in CIDR=203.0.113.7/32.",
    { cause },
  );
}

// What cannot be the source of a packet from the internet. A list for each family, because one for
// both takes every IPv4 address for the IPv6 one that stands for it.
// https://www.iana.org/assignments/iana-ipv4-special-registry
// https://www.iana.org/assignments/iana-ipv6-special-registry
const reserved = {
  ipv4: blockList("ipv4", [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "224.0.0.0/3",
  ]),
  ipv6: blockList("ipv6", ["::/16", "fc00::/7", "fe80::/10", "ff00::/8"]),
};

function blockList(family: "ipv4" | "ipv6", ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [network = "", length] = range.split("/");
    list.addSubnet(network, Number(length), family);
  }
  return list;
}
