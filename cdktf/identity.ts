import { CloudformationStack } from "@cdktf/provider-aws/lib/cloudformation-stack/index.js";
import { CognitoResourceServer } from "@cdktf/provider-aws/lib/cognito-resource-server/index.js";
import { CognitoUserGroup } from "@cdktf/provider-aws/lib/cognito-user-group/index.js";
import { CognitoUserPool } from "@cdktf/provider-aws/lib/cognito-user-pool/index.js";
import { CognitoUserPoolClient } from "@cdktf/provider-aws/lib/cognito-user-pool-client/index.js";
import { CognitoUserPoolDomain } from "@cdktf/provider-aws/lib/cognito-user-pool-domain/index.js";
import {
  groups,
  qualifiedScopes,
  resourceServerId,
  scopes,
  userAdminScope,
} from "@cleanauth/common/scopes-and-groups.ts";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import type { Home } from "./home.ts";

/** Who signs in, and where: what the outputs tell of a pool, whoever made it. */
export interface Identity {
  readonly poolId: string;
  readonly clientId: string;
  /** Empty where there is none. */
  readonly publicClientId: string;
  /** Host name of managed login; empty where there is none. */
  readonly domain: string;
  readonly region: string;
}

export interface UserPoolProps {
  readonly namePrefix: string;
  readonly home: Home;
  /** `null`: a prefix made from environment and account, so that it is hardly ever taken. */
  readonly domainPrefix: string | null;
  readonly deletionProtection: boolean;
  /** Whether every user needs an authenticator app; who has none is asked to set one up at sign-in. */
  readonly requiresMfa: boolean;
  readonly redirectUris: readonly string[];
}

const minutesOfAccess = 15;
const daysOfRefresh = 30;
// An answer that is lost on its way must not end the session with the old token already spent.
const rotationGraceSeconds = 30;

/** A user pool of the stack's own: users are made by an operator, and may add a second factor. */
export class UserPool extends Construct implements Identity {
  readonly poolId: string;
  readonly clientId: string;
  readonly publicClientId: string;
  readonly domain: string;
  readonly region: string;
  /** A sensitive value: for the secret parameter alone. */
  readonly clientSecret: string;

  constructor(scope: Construct, id: string, props: UserPoolProps) {
    super(scope, id);
    const pool = this.pool(props);
    this.groups(pool);
    const resourceServer = new CognitoResourceServer(this, "resource_server", {
      identifier: resourceServerId,
      name: "MCP server",
      userPoolId: pool.id,
      scope: Object.entries(scopes).map(([scopeName, scopeDescription]) => ({
        scopeName,
        scopeDescription,
      })),
    });
    const client = this.passwordClient(pool);
    const publicClient = this.browserClient(pool, resourceServer, props.redirectUris);
    const domain = new CognitoUserPoolDomain(this, "domain", {
      domain: props.domainPrefix ?? defaultDomainPrefix(props),
      userPoolId: pool.id,
      managedLoginVersion: 2,
    });
    this.loginStyle(pool, publicClient, domain, props.namePrefix);

    this.poolId = pool.id;
    this.clientId = client.id;
    this.clientSecret = client.clientSecret;
    this.publicClientId = publicClient.id;
    this.domain = `${domain.domain}.auth.${props.home.region}.amazoncognito.com`;
    this.region = props.home.region;
  }

  private pool(props: UserPoolProps): CognitoUserPool {
    return new CognitoUserPool(this, "pool", {
      name: props.namePrefix,
      // Managed login, and access tokens bound to a resource, need this tier.
      userPoolTier: "ESSENTIALS",
      deletionProtection: props.deletionProtection ? "ACTIVE" : "INACTIVE",
      usernameConfiguration: { caseSensitive: false },
      adminCreateUserConfig: { allowAdminCreateUserOnly: true },
      autoVerifiedAttributes: ["email"],
      accountRecoverySetting: { recoveryMechanism: [{ name: "verified_email", priority: 1 }] },
      passwordPolicy: {
        minimumLength: 12,
        requireLowercase: true,
        requireUppercase: true,
        requireNumbers: true,
        requireSymbols: true,
        temporaryPasswordValidityDays: 7,
      },
      mfaConfiguration: props.requiresMfa ? "ON" : "OPTIONAL",
      softwareTokenMfaConfiguration: { enabled: true },
    });
  }

  private groups(pool: CognitoUserPool): void {
    for (const [name, description] of Object.entries(groups)) {
      new CognitoUserGroup(this, `group_${name}`, { name, description, userPoolId: pool.id });
    }
  }

  /** The client of the terminal: user name and password, or SRP, with a secret. */
  private passwordClient(pool: CognitoUserPool): CognitoUserPoolClient {
    return new CognitoUserPoolClient(this, "client", {
      ...sessionSettings,
      name: "terminal",
      userPoolId: pool.id,
      generateSecret: true,
      // No ALLOW_REFRESH_TOKEN_AUTH: with rotation, refresh goes through GetTokensFromRefreshToken,
      // and Cognito takes only one of the two.
      // https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-refresh-token.html
      explicitAuthFlows: ["ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH"],
    });
  }

  /** The client of browsers and of standard MCP clients: authorization code with PKCE, no secret. */
  private browserClient(
    pool: CognitoUserPool,
    resourceServer: CognitoResourceServer,
    redirectUris: readonly string[],
  ): CognitoUserPoolClient {
    return new CognitoUserPoolClient(this, "public_client", {
      ...sessionSettings,
      name: "browser",
      userPoolId: pool.id,
      generateSecret: false,
      // Left out, Cognito would choose a list with ALLOW_REFRESH_TOKEN_AUTH in it.
      explicitAuthFlows: ["ALLOW_USER_SRP_AUTH"],
      allowedOauthFlowsUserPoolClient: true,
      allowedOauthFlows: ["code"],
      allowedOauthScopes: [
        "openid",
        "profile",
        "email",
        // GetUser, which tells of a revoked session, refuses a token without this one.
        userAdminScope,
        ...qualifiedScopes,
      ],
      supportedIdentityProviders: ["COGNITO"],
      callbackUrls: [...redirectUris],
      dependsOn: [resourceServer],
    });
  }

  /**
   * Gives managed login Cognito's own look; without a style, users see "Login pages unavailable".
   * The AWS provider learned of styles in version 6 alone, so CloudFormation makes it, which every
   * version drives alike; it goes when the stack goes.
   * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cognito-managedloginbranding.html
   */
  private loginStyle(
    pool: CognitoUserPool,
    client: CognitoUserPoolClient,
    domain: CognitoUserPoolDomain,
    namePrefix: string,
  ): void {
    new CloudformationStack(this, "login_style", {
      name: `${namePrefix}-login-style`,
      parameters: { UserPoolId: pool.id, ClientId: client.id },
      templateBody: JSON.stringify({
        AWSTemplateFormatVersion: "2010-09-09",
        Description: "The look of managed login for the MCP server",
        Parameters: { UserPoolId: { Type: "String" }, ClientId: { Type: "String" } },
        Resources: {
          Style: {
            Type: "AWS::Cognito::ManagedLoginBranding",
            Properties: {
              UserPoolId: { Ref: "UserPoolId" },
              ClientId: { Ref: "ClientId" },
              UseCognitoProvidedValues: true,
            },
          },
        },
      }),
      dependsOn: [domain],
    });
  }
}

const sessionSettings = {
  preventUserExistenceErrors: "ENABLED",
  enableTokenRevocation: true,
  accessTokenValidity: minutesOfAccess,
  idTokenValidity: minutesOfAccess,
  refreshTokenValidity: daysOfRefresh,
  tokenValidityUnits: [{ accessToken: "minutes", idToken: "minutes", refreshToken: "days" }],
  refreshTokenRotation: [{ feature: "ENABLED", retryGracePeriodSeconds: rotationGraceSeconds }],
};

// Prefixes are shared by all accounts of a region.
function defaultDomainPrefix({ namePrefix, home }: UserPoolProps): string {
  return `${namePrefix}-${Fn.substr(Fn.sha256(home.accountId), 0, 10)}`;
}
