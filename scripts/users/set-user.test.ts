import { AppError } from "@cleanauth/common/app-error.ts";
import { describe, expect, it } from "vitest";
import { changeUser } from "./change-user.ts";
import { setUser } from "./set-user.ts";
import type { PoolUser, UserPool } from "./user-pool.ts";

const kim: PoolUser = {
  name: "kim",
  status: "CONFIRMED",
  isEnabled: true,
  email: "",
  secondFactors: ["SOFTWARE_TOKEN_MFA"],
};

/** A pool in memory that takes passwords of eight characters, and keeps what was asked of it. */
function poolWith(existing: PoolUser | null) {
  const calls: string[] = [];
  const record =
    (verb: string) =>
    async (...details: readonly unknown[]) => {
      calls.push([verb, ...details].join(" "));
    };
  const pool: UserPool = {
    id: "us-east-1_x",
    findUser: async () => existing,
    create: record("create"),
    setEmail: record("email"),
    setPassword: async (name, password) => {
      calls.push(`password ${name}`);
      return password.length < 8 ? "too short" : null;
    },
    addToGroup: record("group"),
    enable: record("enable"),
    disable: record("disable"),
    delete: record("delete"),
    removeSecondFactors: async ({ name }) => {
      calls.push(`factors ${name}`);
    },
    signOutEverywhere: record("sign-out"),
  };
  return { pool, calls };
}

/** An operator who types these passwords, and then has no more. */
function operator(...passwords: readonly (string | AppError)[]) {
  const said: string[] = [];
  const refusals: (string | null)[] = [];
  const left = [...passwords];
  return {
    said,
    refusals,
    dialogue: {
      say: (text: string) => said.push(text),
      askPassword: async (refusal: string | null) => {
        refusals.push(refusal);
        const next = left.shift() ?? null;
        if (next instanceof AppError) throw next;
        return next;
      },
    },
  };
}

const wanted = { name: "kim", email: null, group: null };

describe("creating a user", () => {
  it("makes it, sets the password for good and puts it into its group", async () => {
    const { pool, calls } = poolWith(null);
    const { dialogue, said } = operator("long enough");
    await setUser(
      pool,
      ["user"],
      { name: "김철수", email: "k@example.com", group: "user" },
      dialogue,
    );
    expect(calls).toEqual(["create 김철수 k@example.com", "password 김철수", "group 김철수 user"]);
    expect(said).toEqual([
      "김철수 is new in us-east-1_x.",
      "김철수 can sign in.",
      "김철수 is in group user.",
    ]);
  });

  it("puts whom no group is named for into the group that may use the tools, if there is one", async () => {
    const { pool, calls } = poolWith(null);
    await setUser(pool, ["admin", "user"], wanted, operator("long enough").dialogue);
    expect(calls.at(-1)).toBe("group kim user");
    const other = poolWith(null);
    await setUser(other.pool, ["staff"], wanted, operator("long enough").dialogue);
    expect(other.calls).toEqual(["create kim ", "password kim"]);
  });

  it("asks again, and says why, when the policy refuses the password", async () => {
    const { pool, calls } = poolWith(null);
    const { dialogue, refusals } = operator("short", "long enough");
    await setUser(pool, [], wanted, dialogue);
    expect(refusals).toEqual([null, "too short"]);
    expect(calls).toEqual(["create kim ", "password kim", "password kim"]);
  });

  it("takes the user away again when there is no other password", async () => {
    const { pool, calls } = poolWith(null);
    const { dialogue } = operator("short");
    await expect(setUser(pool, [], wanted, dialogue)).rejects.toMatchObject({
      code: "user_password_refused",
      message: "The pool does not take the password: too short",
    });
    expect(calls.at(-1)).toBe("delete kim");
  });

  it("takes the user away again when it is interrupted at the second question", async () => {
    const { pool, calls } = poolWith(null);
    const { dialogue } = operator("short", new AppError("interrupted", "Interrupted", "Again."));
    await expect(setUser(pool, [], wanted, dialogue)).rejects.toMatchObject({
      code: "interrupted",
    });
    expect(calls.at(-1)).toBe("delete kim");
  });

  it("leaves nothing behind when it is interrupted at the first question", async () => {
    const { pool, calls } = poolWith(null);
    const { dialogue } = operator(new AppError("interrupted", "Interrupted", "Again."));
    await expect(setUser(pool, [], wanted, dialogue)).rejects.toMatchObject({
      code: "interrupted",
    });
    expect(calls).toEqual([]);
  });

  it("asks for no password when the pool has no such group", async () => {
    const { pool, calls } = poolWith(null);
    const { dialogue, refusals } = operator("long enough");
    const refused = setUser(pool, ["admin", "user"], { ...wanted, group: "staff" }, dialogue);
    await expect(refused).rejects.toMatchObject({
      code: "usage_user_group",
      hint: "It has: admin, user.",
    });
    expect(calls).toEqual([]);
    expect(refusals).toEqual([]);
  });
});

describe("resetting a user", () => {
  it("sets a new password and signs out whoever had the old one", async () => {
    const { pool, calls } = poolWith(kim);
    const { dialogue, said } = operator("long enough");
    await setUser(pool, ["user"], wanted, dialogue);
    expect(calls).toEqual(["password kim", "sign-out kim"]);
    expect(said[0]).toBe("kim is in us-east-1_x already (ok): this sets a new password.");
  });

  it("never takes a user away that was there before", async () => {
    const { pool, calls } = poolWith(kim);
    await expect(setUser(pool, [], wanted, operator("short").dialogue)).rejects.toThrow();
    expect(calls).toEqual(["password kim"]);
  });

  it("does not let a disabled user in by the way, and says how to", async () => {
    const { pool, calls } = poolWith({ ...kim, isEnabled: false });
    const { dialogue, said } = operator("long enough");
    await setUser(pool, [], { ...wanted, email: "k@example.com" }, dialogue);
    expect(calls).toEqual(["password kim", "email kim k@example.com", "sign-out kim"]);
    expect(said.at(-1)).toContain("ARGS=enable");
  });
});

describe("changing a user", () => {
  it.each([
    ["disable", ["disable kim", "sign-out kim"], /signed out/],
    ["enable", ["enable kim"], /enabled/],
    ["delete", ["delete kim"], /deleted/],
    ["reset-mfa", ["factors kim"], /password alone/],
  ] as const)("can %s it", async (action, expected, said) => {
    const { pool, calls } = poolWith(kim);
    expect(await changeUser(pool, kim, action)).toMatch(said);
    expect(calls).toEqual(expected);
  });

  it("resets no second factor where there is none", async () => {
    const { pool, calls } = poolWith(kim);
    await changeUser(pool, { ...kim, secondFactors: [] }, "reset-mfa");
    expect(calls).toEqual([]);
  });
});
