import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { formatError } from "@cleanauth/common/app-error.ts";
import { afterEach, describe, expect, it } from "vitest";
import {
  type Answer,
  type RecordedRequest,
  type RecordingEndpoint,
  startRecordingEndpoint,
} from "../aws/testing/recording-endpoint.ts";
import { formatUsers, listUsers } from "./user-list.ts";
import { createUserPool } from "./user-pool.ts";

let endpoint: RecordingEndpoint;

afterEach(() => endpoint.stop());

async function poolThatAnswers(answer: (request: RecordedRequest) => unknown) {
  endpoint = await startRecordingEndpoint((request): Answer => {
    const answered = answer(request);
    return answered instanceof Refusal
      ? { status: 400, body: JSON.stringify({ __type: answered.type, message: answered.said }) }
      : { body: JSON.stringify(answered) };
  });
  const cognito = new CognitoIdentityProviderClient(endpoint.client);
  return { cognito, pool: createUserPool(cognito, "us-east-1_x") };
}

class Refusal {
  readonly type: string;
  readonly said: string;
  constructor(type: string, said = "no") {
    this.type = type;
    this.said = said;
  }
}

const sent = () => endpoint.requests.map(({ action, body }) => [action, JSON.parse(body)]);

describe("a user of the pool", () => {
  it("is created without a message from Cognito, its address vouched for", async () => {
    const { pool } = await poolThatAnswers(() => ({}));
    await pool.create("김철수", "kim@example.com");
    expect(sent()).toEqual([
      [
        "AdminCreateUser",
        {
          UserPoolId: "us-east-1_x",
          Username: "김철수",
          MessageAction: "SUPPRESS",
          UserAttributes: [
            { Name: "email", Value: "kim@example.com" },
            { Name: "email_verified", Value: "true" },
          ],
        },
      ],
    ]);
  });

  it("gets a password that holds for good", async () => {
    const { pool } = await poolThatAnswers(() => ({}));
    expect(await pool.setPassword("kim", "Abcdefgh1234!")).toBeNull();
    expect(sent()[0]).toMatchObject([
      "AdminSetUserPassword",
      { Password: "Abcdefgh1234!", Permanent: true },
    ]);
  });

  it.each([
    ["InvalidPasswordException", "Password must have symbols", "Password must have symbols"],
    ["PasswordHistoryPolicyViolationException", "Used before", "Used before"],
    [
      "InvalidParameterException",
      "Value 'hunter2 ' at 'password' is wrong",
      /no spaces at its ends/,
    ],
  ])("can be given another password after %s", async (type, said, refusal) => {
    const { pool } = await poolThatAnswers(() => new Refusal(type, said));
    const answer = await pool.setPassword("kim", "hunter2 ");
    expect(answer).toMatch(refusal);
    expect(answer).not.toContain("hunter2");
  });

  it("is null when the pool does not have it", async () => {
    const { pool } = await poolThatAnswers(() => new Refusal("UserNotFoundException"));
    expect(await pool.findUser("kim")).toBeNull();
  });

  it("loses the second factors that are on, and only those are named", async () => {
    const { pool } = await poolThatAnswers(() => ({}));
    await pool.removeSecondFactors({
      name: "kim",
      status: "CONFIRMED",
      isEnabled: true,
      email: "",
      secondFactors: ["SOFTWARE_TOKEN_MFA"],
    });
    expect(sent()[0]?.[1]).toEqual({
      UserPoolId: "us-east-1_x",
      Username: "kim",
      SoftwareTokenMfaSettings: { Enabled: false, PreferredMfa: false },
    });
  });

  it.each([
    ["UserNotFoundException", "user_unknown", /no user kim/],
    ["UsernameExistsException", "user_taken", /belongs to another/],
    ["ResourceNotFoundException", "user_pool_unknown", /make outputs/],
    ["InvalidParameterException", "usage_user_refused", /e-mail address as NAME/],
    ["NotAuthorizedException", "aws_call_failed", /NotAuthorized/],
    ["AccessDeniedException", "aws_access_denied", /cognito-idp:AdminCreateUser/],
    ["ExpiredTokenException", "configuration_credentials", /expired/],
  ])("that is refused with %s is explained", async (type, code, said) => {
    const { pool } = await poolThatAnswers(() => new Refusal(type));
    const error = await pool.create("kim", null).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code });
    expect(formatError(error)).toMatch(said);
  });
});

describe("the list of users", () => {
  it("joins every page with groups and second factors, in the order of names", async () => {
    const { cognito, pool } = await poolThatAnswers(({ action, body }) => {
      const request = JSON.parse(body);
      switch (action) {
        case "ListGroups":
          return { Groups: [{ GroupName: "user" }, { GroupName: "admin" }] };
        case "ListUsersInGroup":
          return request.GroupName === "admin"
            ? { Users: [{ Username: "kim" }] }
            : request.NextToken === undefined
              ? { Users: [{ Username: "kim" }], NextToken: "2" }
              : { Users: [{ Username: "이영희" }] };
        case "ListUsers":
          return request.PaginationToken === undefined
            ? {
                Users: [{ Username: "이영희", Enabled: true, UserStatus: "CONFIRMED" }],
                PaginationToken: "2",
              }
            : {
                Users: [
                  {
                    Username: "kim",
                    Enabled: false,
                    UserStatus: "CONFIRMED",
                    Attributes: [{ Name: "email", Value: "kim@example.com" }],
                  },
                  { Username: "new", Enabled: true, UserStatus: "FORCE_CHANGE_PASSWORD" },
                ],
              };
        default:
          return {
            Username: request.Username,
            UserMFASettingList: request.Username === "kim" ? ["SOFTWARE_TOKEN_MFA"] : [],
          };
      }
    });
    expect(formatUsers(await listUsers(cognito, pool))).toEqual([
      "NAME    STATE                GROUPS       SECOND FACTOR      E-MAIL",
      "kim     disabled             admin, user  authenticator app  kim@example.com",
      "new     must set a password  -            -                  -",
      "이영희  ok                   user         -                  -",
    ]);
  });

  it("is narrowed by the beginning of a name, whatever signs are in it", async () => {
    const { cognito, pool } = await poolThatAnswers(() => ({ Users: [], Groups: [] }));
    expect(formatUsers(await listUsers(cognito, pool, 'k"\\ or x'))).toEqual([
      "No such user. make user NAME=… GROUP=user makes one.",
    ]);
    const listed = sent().find(([action]) => action === "ListUsers");
    expect(listed?.[1].Filter).toBe('username ^= "k\\"\\\\ or x"');
  });

  it("asks for no second factors when it is long", async () => {
    const users = Array.from({ length: 201 }, (_, index) => ({ Username: `u${index}` }));
    const { cognito, pool } = await poolThatAnswers(({ action }) =>
      action === "ListUsers" ? { Users: users } : { Groups: [] },
    );
    const listed = await listUsers(cognito, pool);
    expect(listed[0]?.secondFactors).toBeNull();
    expect(endpoint.requests.map(({ action }) => action)).not.toContain("AdminGetUser");
    expect(formatUsers(listed)[1]).toMatch(/ \? /);
  });
});
