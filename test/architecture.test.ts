import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";

// The lines of ARCHITECTURE.md about who may import whom, held here. A rule names the files that it
// speaks of and what they must not import; `except` are the files that may.

interface Rule {
  says: string;
  files: RegExp;
  except?: RegExp;
  mustNotImport: RegExp;
  /** Whether an `import type` is no violation. */
  typesAreFree?: boolean;
}

const rules: readonly Rule[] = [
  {
    says: "common imports none of the programs",
    files: /^common\//,
    mustNotImport: /^(server|client|local|cdktf|scripts|test)\//,
  },
  {
    says: "server imports no other program",
    files: /^server\//,
    mustNotImport: /^(client|local|cdktf|scripts|test)\//,
  },
  {
    says: "client imports no other program",
    files: /^client\//,
    mustNotImport: /^(server|local|cdktf|scripts|test)\//,
  },
  {
    says: "cdktf imports no other program",
    files: /^cdktf\//,
    mustNotImport: /^(server|client|local|scripts|test)\//,
  },
  {
    says: "scripts import no other program",
    files: /^scripts\//,
    mustNotImport: /^(server|client|local|cdktf|test)\//,
  },
  { says: "nothing imports test", files: /^local\//, mustNotImport: /^test\// },
  {
    says: "only cdktf/ imports cdktf",
    files: /./,
    except: /^cdktf\//,
    mustNotImport: /^(cdktf|constructs|@cdktf\/.*)$/,
  },
  {
    says: "only client/terminal/ imports blessed",
    files: /./,
    except: /^client\/terminal\//,
    mustNotImport: /^blessed(\/|$)/,
  },
  {
    says: "only server/auth/ and client/sign-in/ know Cognito",
    files: /^(server|client)\//,
    except: /^(server\/auth|client\/sign-in)\//,
    mustNotImport: /^(aws-jwt-verify|@aws-sdk\/client-cognito-identity-provider)/,
  },
  {
    says: "in the server only transport/ and app.ts know HTTP",
    files: /^server\//,
    // A client-id document is asked for at an address that was looked at, which fetch cannot do.
    except: /^server\/(transport\/|testing\/|app\.ts|facade\/client-documents\.ts)|\.test\.ts$/,
    typesAreFree: true,
    mustNotImport: /^(node:https?|express)$/,
  },
  {
    says: "client/chat/ does no input, no output, knows no screen and no service",
    files: /^client\/chat\//,
    except: /\.test\.ts$/,
    mustNotImport: /^(node:|blessed|ws$|express$|@aws-sdk\/|client\/(terminal|web|attach)\/)/,
  },
  {
    says: "scripts/engine/ knows neither AWS nor this project",
    files: /^scripts\/engine\//,
    mustNotImport: /^(@aws-sdk\/|scripts\/(aws|roles)\/)/,
  },
];

const sources = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  encoding: "utf8",
})
  .split("\n")
  .filter((path) => path.endsWith(".ts"))
  .map((path) => ({ path, text: readFileSync(path, "utf8") }));

describe("the boundaries between the folders", () => {
  it.each(rules)("$says", (rule) => {
    const violations = sources
      .filter(({ path }) => rule.files.test(path) && !(rule.except?.test(path) ?? false))
      .flatMap(({ path, text }) =>
        importsOf(path, rule.typesAreFree ? withoutTypeImports(text) : text)
          .filter((imported) => rule.mustNotImport.test(imported))
          .map((imported) => `${path} imports ${imported}`),
      );
    expect(violations).toEqual([]);
  });

  it("sees a violation where there is one", () => {
    const text =
      'import { x } from "../client/y.ts";\nconst z = await import("@cleanauth/local/z.ts");';
    expect(importsOf("server/app.ts", text)).toEqual(["client/y.ts", "local/z.ts"]);
  });
});

describe("the words of the client's errors", () => {
  it("exist in every language: none is a plain AppError but those of a service that starts", () => {
    const except = /\.test\.ts$|^client\/(testing\/|localized-error\.ts|web\/web-settings\.ts)/;
    const violations = sources
      .filter(({ path }) => path.startsWith("client/") && !except.test(path))
      .filter(({ text }) => /\bnew AppError\(/.test(codeOf(text)))
      .map(({ path }) => path);
    expect(violations).toEqual([]);
  });
});

describe("the edges of the programs", () => {
  const edge = /(^|\/|-)main\.ts$|^scripts\/[^/]+\.ts$|^(test|\.ci)\/|\.test\.ts$|\.config\.ts$/;

  it.each([
    ["reads process.env", /\bprocess\.env\b/],
    ["ends the process", /\bprocess\.(exit\(|exitCode)/],
    ["prints with console", /\bconsole\.\w+\(/],
  ])("only a main.ts or a zx program %s", (_what, pattern) => {
    const violations = sources
      .filter(({ path, text }) => !edge.test(path) && pattern.test(codeOf(text)))
      .map(({ path }) => path);
    expect(violations).toEqual([]);
  });
});

/** What a file imports: paths from the root for the project's own files, package names for others. */
function importsOf(path: string, text: string): string[] {
  const specifiers = text.matchAll(/\b(?:from|import)\s*\(?\s*"([^"]+)"/g);
  return [...specifiers].map(([, specifier = ""]) => {
    if (specifier.startsWith(".")) return normalize(join(dirname(path), specifier));
    return specifier.replace(/^@cleanauth\//, "");
  });
}

function withoutTypeImports(text: string): string {
  return text.replace(/\bimport type [^;]*;/g, "");
}

/** Comments and templates speak of code, some of it for another machine; neither is run here. */
function codeOf(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$|`[^`]*`/gm, "");
}
