import { createHash, createPublicKey, X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { AppError } from "@cleanauth/common/app-error.ts";
import { fact } from "../engine/fact.ts";
import { writeFileScript } from "../engine/file.ts";
import type { Decision } from "../engine/operation.ts";
import { type ShellScript, sh } from "../engine/shell-script.ts";
import { awsRead } from "./app-role.ts";
import { type HostSettings, privateKeyObject, type TlsSettings } from "./host-settings.ts";
import { layout } from "./layout.ts";

/** The name of the operation that installs or makes the certificate. */
export const certificateTask = "the certificate is there";

const selfSignedDays = 397;
/** A certificate is made anew so long before its end. */
const renewalDays = 30;
const secondsPerDay = 86_400;

/** A certificate on the host, as far as it is judged. */
export interface CertificateFact {
  readonly pem: string;
  readonly names: readonly string[];
  readonly endsAt: number;
}

/** The certificate that the host serves with; public, so the whole of it leaves the host. */
export function certificateFact() {
  return fact(sh`cat ${layout.certificate}`, parseCertificate);
}

/** The digest of the key's public half, and the file's attributes: the key stays where it is. */
export function privateKeyFact() {
  return fact(
    sh`stat -c '%a %U' ${layout.privateKey} && openssl pkey -in ${layout.privateKey} -pubout | sha256sum`,
    (output) => {
      const [attributes = "", digest = ""] = output.split("\n");
      return { isPrivate: attributes === `600 ${layout.user}`, publicSha256: digest.split(" ")[0] };
    },
  );
}

type PrivateKeyFact = ReturnType<ReturnType<typeof privateKeyFact>["parse"]>;

function parseCertificate(pem: string): CertificateFact | null {
  try {
    const certificate = new X509Certificate(pem);
    const names = (certificate.subjectAltName ?? "")
      .split(", ")
      .map((name) => name.replace(/^(DNS|IP Address):/, ""))
      .sort();
    return { pem, names, endsAt: Date.parse(certificate.validTo) };
  } catch {
    return null;
  }
}

/** The SHA-256 over a certificate, in the form in which browsers show it. */
export function fingerprintOf(pem: string): string {
  return new X509Certificate(pem).fingerprint256;
}

/** The digest of a key's public half in PEM, as `openssl pkey -pubout | sha256sum` prints it. */
export function publicKeySha256(pem: string): string {
  const publicPem = createPublicKey(pem).export({ type: "spki", format: "pem" });
  return createHash("sha256").update(publicPem).digest("hex");
}

/** Decides whether key and certificate have to be made, installed, or may stay. */
export function decideCertificate(
  settings: HostSettings,
  certificate: CertificateFact | null,
  key: PrivateKeyFact,
): Decision {
  const { tls } = settings;
  if (tls.kind === "none") return { kind: "skipped", because: "TLS is not asked for" };
  const problem = problemOf(tls, certificate, key);
  if (problem === null) return { kind: "ok" };
  return tls.kind === "self-signed"
    ? { kind: "change", because: problem, command: makeCertificate(tls.names) }
    : { kind: "change", because: problem, command: installCertificate(settings, tls) };
}

function problemOf(
  tls: Exclude<TlsSettings, { kind: "none" }>,
  certificate: CertificateFact | null,
  key: PrivateKeyFact,
): string | null {
  if (certificate === null) return "there is none";
  const publicPem = new X509Certificate(certificate.pem).publicKey.export({
    type: "spki",
    format: "pem",
  });
  const expected = createHash("sha256").update(publicPem).digest("hex");
  if (!key.isPrivate || key.publicSha256 !== expected) return "its key is not beside it";
  if (tls.kind === "given") return certificate.pem === tls.certificate ? null : "it is another one";
  if (certificate.names.join() !== [...tls.names].sort().join()) return "it has other names";
  const leftSeconds = (certificate.endsAt - Date.now()) / 1000;
  return leftSeconds < renewalDays * secondsPerDay ? "it ends soon" : null;
}

/** https://cabforum.org/working-groups/server/baseline-requirements/: no longer than 398 days. */
function makeCertificate(names: readonly string[]): ShellScript {
  const alternative = names.map((name) => `${isIP(name) !== 0 ? "IP" : "DNS"}:${name}`).join(",");
  return sh`set -eu
umask 077
cd ${layout.tls}
trap 'rm -f key.new certificate.new' EXIT
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days ${selfSignedDays} \
  -keyout key.new -out certificate.new -subj /CN=cleanauth \
  -addext ${`subjectAltName=${alternative}`} -addext basicConstraints=critical,CA:TRUE,pathlen:0 2>/dev/null ||
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days ${selfSignedDays} \
  -keyout key.new -out certificate.new -subj /CN=cleanauth -addext ${`subjectAltName=${alternative}`}
${moveIntoPlace()}`;
}

function installCertificate(
  settings: HostSettings,
  tls: Extract<TlsSettings, { kind: "given" }>,
): ShellScript {
  const object = privateKeyObject(tls.key.sha256);
  const write = writeFileScript({
    path: `${layout.tls}/certificate.new`,
    content: tls.certificate,
    owner: "root",
    group: "root",
    mode: "644",
  });
  return sh`(
${write}
)
set -eu
umask 077
cd ${layout.tls}
trap 'rm -f key.new certificate.new' EXIT
${awsRead(settings)} object ${[settings.region, settings.artifactBucket, object, tls.key.sha256]} ${layout.tls}/key.new
${moveIntoPlace()}`;
}

function moveIntoPlace(): ShellScript {
  return sh`chown ${`${layout.user}:${layout.user}`} key.new
chmod 600 key.new
chmod 644 certificate.new
mv -fT key.new ${layout.privateKey}
mv -fT certificate.new ${layout.certificate}`;
}

/**
 * Sees that a certificate and a key in PEM belong together, hold, and are for a name.
 *
 * @throws AppError `configuration_tls` that says what is wrong with which
 */
export function requireMatchingPair(certificatePem: string, keyPem: string, name: string): void {
  const certificate = parseCertificate(certificatePem);
  if (certificate === null) throw tlsError("TLS_CERT_FILE holds no certificate in PEM");
  if (certificate.endsAt < Date.now()) throw tlsError("The certificate of TLS_CERT_FILE has ended");
  const checked = new X509Certificate(certificatePem);
  if ((isIP(name) === 0 ? checked.checkHost(name) : checked.checkIP(name)) === undefined) {
    throw tlsError(`The certificate of TLS_CERT_FILE is not for ${name}, which PUBLIC_URL names`);
  }
  let publicSha256: string;
  try {
    publicSha256 = publicKeySha256(keyPem);
  } catch (cause) {
    throw tlsError("TLS_KEY_FILE holds no unencrypted private key in PEM", cause);
  }
  const own = new X509Certificate(certificatePem).publicKey.export({ type: "spki", format: "pem" });
  if (createHash("sha256").update(own).digest("hex") !== publicSha256) {
    throw tlsError("The key of TLS_KEY_FILE does not belong to the certificate of TLS_CERT_FILE");
  }
}

function tlsError(message: string, cause?: unknown): AppError {
  return new AppError(
    "configuration_tls",
    message,
    "Give a certificate and its own private key, both in PEM, or TLS=self-signed.",
    { cause },
  );
}
