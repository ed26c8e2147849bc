import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { readStackOutputs } from "./aws/stack-outputs.ts";
import { runProgram } from "./program.ts";
import { requireConfirmation } from "./terminal/confirm.ts";
import { createHiddenInput, readFirstLine } from "./terminal/hidden-input.ts";
import { askLine } from "./terminal/typed-line.ts";
import { changeUser } from "./users/change-user.ts";
import { type Dialogue, setUser } from "./users/set-user.ts";
import { listGroups } from "./users/user-list.ts";
import { createUserPool, unknownUser } from "./users/user-pool.ts";
import { parseUserAction, parseUserSettings } from "./users/user-settings.ts";

// Creates or resets a user of the stack's pool, or changes one that is there.
await runProgram(async (environment) => {
  const action = parseUserAction(process.argv.slice(2));
  const settings = parseUserSettings(environment);
  const outputs = readStackOutputs();
  const cognito = new CognitoIdentityProviderClient({ region: outputs.CognitoRegion });
  const pool = createUserPool(cognito, outputs.CognitoUserPoolId);

  if (action === "set") {
    const wanted = {
      name: settings.NAME,
      email: settings.EMAIL ?? null,
      group: settings.GROUP ?? null,
    };
    const groups = await listGroups(cognito, pool.id);
    const dialogue = createDialogue(settings.NAME);
    try {
      await setUser(pool, groups, wanted, dialogue);
    } finally {
      dialogue.close();
    }
    return;
  }
  const user = await pool.findUser(settings.NAME);
  if (user === null) throw unknownUser(settings.NAME, pool.id);
  if (action === "delete") {
    await requireConfirmation({
      name: settings.NAME,
      verb: "delete",
      given: settings.CONFIRM,
      ask: process.stdin.isTTY ? askLine : null,
    });
  }
  console.log(await changeUser(pool, user, action));
});

/** Speaks on stderr; asks for the password in the terminal, twice, or takes the one line of a pipe. */
function createDialogue(name: string): Dialogue & { close(): void } {
  const { stdin, stderr } = process;
  const say = (text: string) => console.error(text);
  if (!stdin.isTTY) {
    let isRead = false;
    return {
      say,
      async askPassword() {
        if (isRead) return null;
        isRead = true;
        return readFirstLine(stdin);
      },
      close: () => stdin.destroy(),
    };
  }
  const hidden = createHiddenInput({ input: stdin, output: stderr });
  return {
    say,
    async askPassword(refusal) {
      if (refusal !== null) say(`Not that one: ${refusal}.`);
      for (;;) {
        const password = await hidden.ask(`Password for ${name}: `);
        if (password === "") continue;
        if (password === (await hidden.ask("Once more: "))) return password;
        say("These two differ.");
      }
    },
    close: () => hidden.close(),
  };
}
