import { isIP } from "node:net";
import { createDocumentFetcher } from "../../server/facade/client-documents.ts";
import { type Attack, allRefused, type Outcome } from "./attack.ts";
import { authorize } from "./facade-client.ts";

/** On client-id metadata documents: what a stranger would have the host fetch. */
export const documentAttacks: readonly Attack[] = [
  {
    tried: "a client-id metadata document at the host's own metadata service, five ways",
    because:
      "https, a name, port 443; addresses are looked at after resolution, redirects not followed",
    async play(target) {
      const outcomes: Outcome[] = [];
      for (const client_id of [
        "http://169.254.169.254/latest/meta-data/iam/",
        "https://169.254.169.254/latest/meta-data/iam/",
        "https://[fd00:ec2::254]/latest/meta-data/",
        "https://0xa9fea9fe/latest/meta-data/",
        "https://localhost:8080/health",
      ]) {
        outcomes.push(await authorize(target, { client_id }));
      }
      return allRefused(outcomes);
    },
  },
  {
    tried:
      "a name that resolves to the metadata service, in six spellings, and beside a public address",
    because: "every address that a name resolves to has to be public",
    async play() {
      const outcomes: Outcome[] = [];
      for (const addresses of [
        ...[["169.254.169.254"], ["93.184.215.14", "169.254.169.254"], ["0.0.0.0"]],
        ...[["::ffff:169.254.169.254"], ["::169.254.169.254"], ["64:ff9b::a9fe:a9fe"]],
        ...[["2002:a9fe:a9fe::"], ["fd00:ec2::254"]],
      ]) {
        const fetchDocument = createDocumentFetcher({
          resolve: async () => addresses.map((address) => ({ address, family: isIP(address) })),
        });
        const outcome = await fetchDocument("https://rebind.evil.example/client.json");
        const isRefused = "problem" in outcome && /cannot be fetched/.test(outcome.problem);
        outcomes.push({ answer: "problem" in outcome ? outcome.problem : "read", isRefused });
      }
      return allRefused(outcomes);
    },
  },
];
