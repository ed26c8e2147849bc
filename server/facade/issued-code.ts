import { z } from "zod";

/** How long a client has to exchange its code; OAuth 2.1, section 4.1.2, allows ten minutes at most. */
export const codeSeconds = 60;

/** What a code of the façade stands for. It holds Cognito's own, which is exchanged with it. */
export const issuedCode = z.object({
  poolCode: z.string(),
  /** The verifier of the leg to Cognito. */
  verifier: z.string(),
  clientDigest: z.string(),
  redirectUri: z.string(),
  /** The challenge of the leg to the client. */
  codeChallenge: z.string(),
  resource: z.string().optional(),
});

export type IssuedCode = z.output<typeof issuedCode>;
