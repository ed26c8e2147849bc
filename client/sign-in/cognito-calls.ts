import { createExchange, type ExchangeObserver } from "../exchange.ts";
import type { CognitoClientSettings } from "../sign-in-settings.ts";
import {
  type CognitoReply,
  type IssuedTokens,
  readAuthAnswer,
  readDeliveryAnswer,
  readSecretAnswer,
  readVerifiedAnswer,
  unexpectedAnswer,
} from "./cognito-answer.ts";
import { type SignInStage, signInError } from "./cognito-error.ts";
import { cognitoDetails } from "./cognito-exchange.ts";
import { secretHash } from "./secret-hash.ts";
import type { CognitoCall } from "./sign-in-machine.ts";
import { createSrpKeyPair, type SrpKeyPair, signPasswordClaim, srpTimestamp } from "./srp.ts";
import { withStandInHint } from "./stand-in-hints.ts";

/** The calls to Cognito that signing in takes. None needs AWS credentials. */
export interface CognitoCalls {
  /** Whether the pool's id is known, without which there is no SRP. */
  readonly knowsPool: boolean;
  /** @throws AppError `sign_in_…` or `configuration_…`, like all of them */
  make(call: CognitoCall, stage: SignInStage): Promise<CognitoReply>;
  refresh(refreshToken: string): Promise<IssuedTokens>;
  revoke(refreshToken: string, signal: AbortSignal): Promise<void>;
}

/** A name under which people find the app again whose codes they set up here. */
const deviceName = "CLEANAUTH";

/**
 * Makes the calls of one sign-in with the AWS SDK, which is loaded by the first call and not before:
 * a screen is there sooner without it.
 *
 * @param settings the pool, the app client and its secret, if it has one
 * @param insecure whether a password may go over plain HTTP to another machine
 * @param onExchange told what is asked and answered
 * @param now the time in milliseconds since the epoch
 */
export function createCognitoCalls(
  settings: CognitoClientSettings,
  insecure: boolean,
  onExchange?: ExchangeObserver,
  now: () => number = Date.now,
): CognitoCalls {
  const { clientId, clientSecret, poolId } = settings;
  const exchange = createExchange(onExchange);
  const ClientId = clientId;
  const clientProof = clientSecret === undefined ? {} : { ClientSecret: clientSecret };
  let loading: ReturnType<typeof load> | undefined;
  let keyPair: SrpKeyPair | undefined;

  async function load() {
    const sdk = await import("@aws-sdk/client-cognito-identity-provider");
    const { createRequestHandler } = await import("../aws-request-handler.ts");
    const client = new sdk.CognitoIdentityProviderClient({
      region: settings.region,
      requestHandler: createRequestHandler({
        service: "Cognito",
        variable: "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER",
        insecure,
        answerMilliseconds: 15_000,
        silenceMilliseconds: 15_000,
      }),
    });
    return { sdk, client };
  }

  function loaded() {
    loading ??= load();
    return loading;
  }

  type Loaded = Awaited<ReturnType<typeof load>>;

  /** Makes one call, and records it and what came of it. */
  async function send<Input extends object, Output>(
    operation: string,
    stage: SignInStage,
    input: Input,
    call: (loaded: Loaded, input: Input) => Promise<Output>,
  ): Promise<Output> {
    const tellAnswer = exchange("Cognito", operation, cognitoDetails(input));
    try {
      const output = await call(await loaded(), input);
      const details = cognitoDetails(output);
      tellAnswer("ok", details.ChallengeName ?? "ok", details);
      return output;
    } catch (error) {
      const plain = signInError(error, stage);
      const worded = settings.isStandIn ? withStandInHint(plain, stage) : plain;
      const { name, $metadata } = error as { name?: unknown; $metadata?: unknown };
      const isRefusal = $metadata !== undefined && typeof name === "string";
      tellAnswer(isRefusal ? "refused" : "failed", isRefusal ? name : worded.code, {
        message: worded.message,
      });
      throw worded;
    }
  }

  function hashFor(username: string): string | undefined {
    return clientSecret === undefined ? undefined : secretHash(username, clientId, clientSecret);
  }

  /** User name and secret hash as they stand among a sign-in's parameters. */
  function named(username: string): { USERNAME: string; SECRET_HASH?: string } {
    const hash = hashFor(username);
    return { USERNAME: username, ...(hash === undefined ? {} : { SECRET_HASH: hash }) };
  }

  /** The same for the operations that take them by themselves. */
  function namedMember(username: string): { Username: string; SecretHash?: string } {
    const hash = hashFor(username);
    return { Username: username, ...(hash === undefined ? {} : { SecretHash: hash }) };
  }

  /** `SRP_A`, new for each sign-in. */
  function srpPublicValue(): string {
    keyPair = createSrpKeyPair();
    return keyPair.publicValue;
  }

  function parametersOf(
    call: Extract<CognitoCall, { operation: "InitiateAuth" }>,
  ): Record<string, string> {
    const { flow, username, password } = call;
    if (flow === "USER_SRP_AUTH") return { ...named(username), SRP_A: srpPublicValue() };
    if (flow === "USER_PASSWORD_AUTH") return { ...named(username), PASSWORD: password };
    if (password === "") return named(username);
    return poolId === undefined
      ? { ...named(username), PREFERRED_CHALLENGE: "PASSWORD", PASSWORD: password }
      : { ...named(username), PREFERRED_CHALLENGE: "PASSWORD_SRP", SRP_A: srpPublicValue() };
  }

  async function respond(
    challenge: string,
    session: string,
    responses: Record<string, string>,
    stage: SignInStage,
  ): Promise<CognitoReply> {
    const input = {
      ClientId,
      ChallengeName: challenge as "SOFTWARE_TOKEN_MFA",
      ...(session === "" ? {} : { Session: session }),
      ChallengeResponses: responses,
    };
    const answer = await send("RespondToAuthChallenge", stage, input, ({ sdk, client }, input) =>
      client.send(new sdk.RespondToAuthChallengeCommand(input)),
    );
    return readAuthAnswer(answer);
  }

  function proofOf(
    call: Extract<CognitoCall, { operation: "ProvePassword" }>,
  ): Record<string, string> {
    const { SRP_B = "", SALT = "", SECRET_BLOCK = "", USER_ID_FOR_SRP } = call.parameters;
    const timestamp = srpTimestamp(now());
    const signature =
      keyPair === undefined || USER_ID_FOR_SRP === undefined
        ? null
        : signPasswordClaim({
            keyPair,
            poolName: poolId?.split("_")[1] ?? "",
            password: call.password,
            challenge: {
              userIdForSrp: USER_ID_FOR_SRP,
              serverPublicValue: SRP_B,
              salt: SALT,
              secretBlock: SECRET_BLOCK,
            },
            timestamp,
          });
    if (signature === null) throw unexpectedAnswer();
    return {
      ...named(call.username),
      PASSWORD_CLAIM_SECRET_BLOCK: SECRET_BLOCK,
      PASSWORD_CLAIM_SIGNATURE: signature,
      TIMESTAMP: timestamp,
    };
  }

  async function make(call: CognitoCall, stage: SignInStage): Promise<CognitoReply> {
    const { operation } = call;
    switch (operation) {
      case "InitiateAuth": {
        const input = { AuthFlow: call.flow, ClientId, AuthParameters: parametersOf(call) };
        const answer = await send(operation, stage, input, ({ sdk, client }, input) =>
          client.send(new sdk.InitiateAuthCommand(input)),
        );
        return readAuthAnswer(answer);
      }
      case "RespondToAuthChallenge": {
        const { challenge, session, username, responses } = call;
        const proof = responses.ANSWER === "PASSWORD_SRP" ? { SRP_A: srpPublicValue() } : {};
        return respond(challenge, session, { ...named(username), ...responses, ...proof }, stage);
      }
      case "ProvePassword":
        return respond("PASSWORD_VERIFIER", call.session, proofOf(call), stage);
      case "AssociateSoftwareToken": {
        const input = { Session: call.session };
        const answer = await send(operation, stage, input, ({ sdk, client }, input) =>
          client.send(new sdk.AssociateSoftwareTokenCommand(input)),
        );
        return readSecretAnswer(answer);
      }
      case "VerifySoftwareToken": {
        const { session: Session, code: UserCode } = call;
        const input = { Session, UserCode, FriendlyDeviceName: deviceName };
        const answer = await send(operation, stage, input, ({ sdk, client }, input) =>
          client.send(new sdk.VerifySoftwareTokenCommand(input)),
        );
        return readVerifiedAnswer(answer);
      }
      case "ForgotPassword": {
        const input = { ClientId, ...namedMember(call.username) };
        const answer = await send(operation, stage, input, ({ sdk, client }, input) =>
          client.send(new sdk.ForgotPasswordCommand(input)),
        );
        return readDeliveryAnswer(answer);
      }
      case "ConfirmForgotPassword": {
        const { username, code: ConfirmationCode, password: Password } = call;
        const input = { ClientId, ...namedMember(username), ConfirmationCode, Password };
        await send(operation, stage, input, ({ sdk, client }, input) =>
          client.send(new sdk.ConfirmForgotPasswordCommand(input)),
        );
        return { kind: "done" };
      }
      case "ConfirmSignUp": {
        const { username, code: ConfirmationCode } = call;
        const input = { ClientId, ...namedMember(username), ConfirmationCode };
        await send(operation, stage, input, ({ sdk, client }, input) =>
          client.send(new sdk.ConfirmSignUpCommand(input)),
        );
        return { kind: "done" };
      }
      case "ResendConfirmationCode": {
        const input = { ClientId, ...namedMember(call.username) };
        const answer = await send(operation, stage, input, ({ sdk, client }, input) =>
          client.send(new sdk.ResendConfirmationCodeCommand(input)),
        );
        return readDeliveryAnswer(answer);
      }
    }
  }

  return {
    knowsPool: poolId !== undefined,
    make,

    async refresh(refreshToken) {
      // Not REFRESH_TOKEN_AUTH: that one is refused where refresh tokens are rotated.
      const input = { ClientId, RefreshToken: refreshToken, ...clientProof };
      const operation = "GetTokensFromRefreshToken";
      const answer = await send(operation, "refresh", input, ({ sdk, client }, input) =>
        client.send(new sdk.GetTokensFromRefreshTokenCommand(input)),
      );
      const reply = readAuthAnswer(answer);
      if (reply.kind !== "tokens") throw unexpectedAnswer();
      return reply.issued;
    },

    async revoke(refreshToken, signal) {
      const input = { ClientId, Token: refreshToken, ...clientProof };
      await send("RevokeToken", "refresh", input, ({ sdk, client }, input) =>
        client.send(new sdk.RevokeTokenCommand(input), { abortSignal: signal }),
      );
    },
  };
}
