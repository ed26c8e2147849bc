import type { Stream } from "node:stream";
import { createBrowser } from "../../local/cognito/managed-login/browser-under-test.ts";
import type { LocalStack } from "../chain/local-stack.ts";

/** What a person saw on the way. */
export interface SignedIn {
  /** Titles of the pages, in their order. */
  readonly pages: readonly string[];
  /** Where the browser was sent in the end. */
  readonly callback: URL;
}

/**
 * Does what a person does in the browser that a client opens: allows the client, signs in to Cognito
 * and waits for the page that the client answers with.
 *
 * @param url what the client opened or printed
 * @param username one of the demo users who need a password alone
 */
export async function signInAsPerson(
  stack: LocalStack,
  url: string,
  username = "demo",
): Promise<SignedIn> {
  const signedIn = await agreeAndSignIn(stack, url, username);
  const answer = await fetch(signedIn.callback);
  if (!answer.ok) throw new Error(`The client answered ${answer.status}: ${await answer.text()}`);
  return signedIn;
}

/** The same, for a client that does not listen: up to the address that the browser is sent to. */
export async function agreeAndSignIn(
  stack: LocalStack,
  url: string,
  username = "demo",
): Promise<SignedIn> {
  const { MCP_SERVER_URL = "", COGNITO_DOMAIN = "", CLEANAUTH_PASSWORD = "" } = stack.environment;
  const { open, submit } = createBrowser([new URL(MCP_SERVER_URL).origin, COGNITO_DOMAIN]);
  const pages: string[] = [];
  const seen = <Page extends { html: string }>(page: Page): Page => {
    pages.push(/<title>([^<]*)/.exec(page.html)?.[1] ?? "");
    return page;
  };
  const consent = seen(await open(url));
  const login = seen(await submit(consent, { decision: "allow" }));
  const back = await submit(login, { username, password: CLEANAUTH_PASSWORD });
  return { pages, callback: back.url };
}

/**
 * Waits for a program to name the page where one signs in.
 *
 * @param output what it writes, from its beginning
 * @returns the page's URL
 */
export function findAuthorizationUrl(output: Stream): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    output.on("data", (chunk) => {
      text += chunk;
      const [url] = /https?:\/\/\S*\/oauth\/authorize\?\S+(?=\s)/.exec(text) ?? [];
      if (url !== undefined) resolve(url);
    });
    output.on("close", () => reject(new Error(`No sign-in was asked for: ${text}`)));
  });
}
