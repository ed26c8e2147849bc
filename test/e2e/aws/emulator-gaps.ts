import { randomUUID } from "node:crypto";

/** A call to AWS on its way to the emulator. */
export interface AwsCall {
  readonly method: string;
  readonly url: string;
  /** Of JSON services, as in `AWSCognitoIdentityProviderService`; else empty. */
  readonly service: string;
  /** The operation, as in `CreateUserPool`; empty for S3 and other REST calls. */
  readonly action: string;
  readonly authorization: string;
  readonly body: string;
}

export interface AwsAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** One thing that AWS does and the emulator does not. */
export interface EmulatorGap {
  /** Answers in the emulator's place, or `null` to let it answer. */
  answer?(call: AwsCall): AwsAnswer | null;
  /** Completes what the emulator answered with success. */
  complete?(call: AwsCall, body: string): string;
}

type Json = Record<string, unknown>;

/**
 * Of a pool, the tier is forgotten at once, and what an update does not repeat at the first update;
 * its tags cannot be changed at all.
 */
export function userPoolSettings(): EmulatorGap {
  const kept = new Map<string, { tier: unknown; names: unknown; tags: Json }>();
  const poolOf = (arn: unknown) => kept.get(String(arn).split("userpool/")[1] ?? "");
  return {
    answer({ service, action, body }) {
      if (service !== "AWSCognitoIdentityProviderService") return null;
      if (action !== "TagResource" && action !== "UntagResource") return null;
      const { ResourceArn, Tags, TagKeys } = JSON.parse(body) as Json;
      const pool = poolOf(ResourceArn);
      if (action === "TagResource") Object.assign(pool?.tags ?? {}, Tags);
      for (const name of (TagKeys ?? []) as string[]) delete pool?.tags[name];
      return cognitoAnswer(200, {});
    },
    complete({ action, body: sent }, body) {
      if (!["CreateUserPool", "UpdateUserPool", "DescribeUserPool"].includes(action)) return body;
      const request = JSON.parse(sent) as Json;
      // The emulator answers an update with nothing at all.
      const answer = JSON.parse(body || "{}") as { UserPool?: Json };
      const id = String(answer.UserPool?.Id ?? request.UserPoolId);
      if (action === "CreateUserPool") {
        const { UsernameConfiguration: names, UserPoolTags: tags } = request;
        kept.set(id, { tier: "ESSENTIALS", names, tags: { ...(tags as Json) } });
      }
      const pool = kept.get(id);
      if (pool !== undefined && "UserPoolTier" in request) pool.tier = request.UserPoolTier;
      if (answer.UserPool !== undefined && pool !== undefined) {
        answer.UserPool.UserPoolTier = pool.tier;
        answer.UserPool.UsernameConfiguration = pool.names;
        answer.UserPool.UserPoolTags = pool.tags;
      }
      return JSON.stringify(answer);
    },
  };
}

/** So is the version of managed login. */
export function managedLoginVersion(): EmulatorGap {
  const versions = new Map<string, unknown>();
  return {
    complete({ action, body: sent }, body) {
      if (!action.endsWith("UserPoolDomain")) return body;
      const { Domain: domain, ManagedLoginVersion: version } = JSON.parse(sent) as Json;
      const answer = JSON.parse(body || "{}") as Json & { DomainDescription?: Json };
      if (action !== "DescribeUserPoolDomain") {
        versions.set(String(domain), version);
        answer.ManagedLoginVersion = version;
      } else if (answer.DomainDescription?.UserPoolId !== undefined) {
        answer.DomainDescription.ManagedLoginVersion = versions.get(String(domain));
      }
      return JSON.stringify(answer);
    },
  };
}

/** Resource servers are made, and cannot be deleted. */
export function resourceServerDeletion(): EmulatorGap {
  const deleted = new Set<string>();
  return {
    answer({ action, body }) {
      if (action !== "DeleteResourceServer" && action !== "DescribeResourceServer") return null;
      const { UserPoolId, Identifier } = JSON.parse(body) as Json;
      const id = `${UserPoolId} ${Identifier}`;
      if (action === "DeleteResourceServer") {
        deleted.add(id);
        return cognitoAnswer(200, {});
      }
      if (!deleted.has(id)) return null;
      return cognitoAnswer(400, {
        __type: "ResourceNotFoundException",
        message: `Resource server ${Identifier} does not exist.`,
      });
    },
  };
}

/**
 * CloudFormation passes over styles of managed login, and Cognito cannot tell of one. The template is
 * read for them here, with its parameters filled in.
 */
export function managedLoginBranding(): EmulatorGap {
  const styles = new Map<string, Json>();
  return {
    complete({ action, body: sent }, body) {
      const form = new URLSearchParams(sent);
      if (action === "CreateStack") {
        for (const style of stylesIn(form)) styles.set(String(form.get("StackName")), style);
      }
      if (action === "DeleteStack") {
        // By name, or by an ARN that holds the name.
        const [, name = String(form.get("StackName"))] =
          /:stack\/([^/]+)\//.exec(String(form.get("StackName"))) ?? [];
        styles.delete(name);
      }
      return body;
    },
    answer({ action, body }) {
      if (action !== "DescribeManagedLoginBrandingByClient") return null;
      const { UserPoolId, ClientId } = JSON.parse(body) as Json;
      const found = [...styles.values()].find(
        (style) => style.UserPoolId === UserPoolId && style.ClientId === ClientId,
      );
      if (found !== undefined) return cognitoAnswer(200, { ManagedLoginBranding: found });
      return cognitoAnswer(400, {
        __type: "ResourceNotFoundException",
        message: "Managed login branding does not exist.",
      });
    },
  };
}

function stylesIn(form: URLSearchParams): Json[] {
  const parameters = new Map<string, string>();
  for (let at = 1; form.has(`Parameters.member.${at}.ParameterKey`); at += 1) {
    const name = form.get(`Parameters.member.${at}.ParameterKey`) ?? "";
    parameters.set(name, form.get(`Parameters.member.${at}.ParameterValue`) ?? "");
  }
  const template = JSON.parse(form.get("TemplateBody") ?? "{}") as {
    Resources?: Record<string, { Type: string; Properties: Json }>;
  };
  return Object.values(template.Resources ?? {})
    .filter(({ Type }) => Type === "AWS::Cognito::ManagedLoginBranding")
    .map(({ Properties }) =>
      Object.fromEntries(
        Object.entries({ ManagedLoginBrandingId: randomUUID(), ...Properties }).map(
          ([name, value]) => {
            const { Ref: parameter } = value as { Ref?: string };
            return [name, parameter === undefined ? value : parameters.get(parameter)];
          },
        ),
      ),
    );
}

/** An instance that was started with a network interface is shown without its security groups. */
export function instanceSecurityGroups(): EmulatorGap {
  const instance =
    /(<networkInterfaceSet>(?:(?!<\/networkInterfaceSet>).)*?<groupSet>((?:(?!<\/groupSet>).)*)<\/groupSet>(?:(?!<\/networkInterfaceSet>).)*<\/networkInterfaceSet>(?:(?!<groupSet|<\/instancesSet>).)*)<groupSet\/>/gs;
  return {
    complete({ action }, body) {
      if (action !== "DescribeInstances" && action !== "RunInstances") return body;
      return body.replace(instance, "$1<groupSet>$2</groupSet>");
    },
  };
}

/** The emulator knows one image of Amazon Linux; AWS publishes a new one every few weeks. */
export function newerImages(): EmulatorGap & { publish(imageId: string): void } {
  let newest: string | null = null;
  return {
    publish(imageId) {
      newest = imageId;
    },
    complete({ action, body: sent }, body) {
      if (action !== "GetParameter" || newest === null) return body;
      const answer = JSON.parse(body) as { Parameter?: Json };
      if (!sent.includes("ami-amazon-linux-latest") || answer.Parameter === undefined) return body;
      answer.Parameter.Value = newest;
      return JSON.stringify(answer);
    },
  };
}

/**
 * The emulator enforces a bucket's policy without its conditions, so that "nothing but TLS" becomes
 * "nothing". Policies are kept here instead, where every request counts as one over TLS.
 */
export function bucketPolicies(): EmulatorGap {
  const policies = new Map<string, string>();
  return {
    answer({ method, url, body }) {
      const { pathname, searchParams } = new URL(url, "http://localhost");
      const [, bucket = "", key = ""] = pathname.split("/");
      if (method === "DELETE" && key === "" && searchParams.size === 0) policies.delete(bucket);
      if (!searchParams.has("policy") || key !== "") return null;
      if (method === "PUT") policies.set(bucket, body);
      if (method === "DELETE") policies.delete(bucket);
      if (method !== "GET") return { status: 204, contentType: "text/xml", body: "" };
      const policy = policies.get(bucket);
      if (policy !== undefined)
        return { status: 200, contentType: "application/json", body: policy };
      return {
        status: 404,
        contentType: "text/xml",
        body: `<Error><Code>NoSuchBucketPolicy</Code><Message>The bucket policy does not exist</Message><BucketName>${bucket}</BucketName></Error>`,
      };
    },
  };
}

/** The emulator takes any key; this one is refused as AWS refuses a session that is over. */
export const expiredAccessKey = "ASIAEXPIRED000000000";

export function expiredCredentials(): EmulatorGap {
  return {
    answer({ authorization }) {
      if (!authorization.includes(`Credential=${expiredAccessKey}/`)) return null;
      return {
        status: 403,
        contentType: "text/xml",
        body: `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>ExpiredToken</Code><Message>The security token included in the request is expired</Message></Error><RequestId>${randomUUID()}</RequestId></ErrorResponse>`,
      };
    },
  };
}

function cognitoAnswer(status: number, body: Json): AwsAnswer {
  return { status, contentType: "application/x-amz-json-1.1", body: JSON.stringify(body) };
}
