import { expect, it } from "vitest";
import { createInMemoryServices } from "./testing/in-memory-services.ts";
import { entriesOf, isAnswering, started, textsOf } from "./testing/started-program.ts";

it("an answer that is asked for again takes the place of the one before, on disk as well, also after it was resumed", async () => {
  const answers: Record<string, string> = { "which one?": "the first" };
  const services = createInMemoryServices({ answers });
  const identity = { issuer: "i", username: "demo", subject: "subject-of-demo", groups: [] };
  const { conversations } = services.openUserStore({ identity } as never);
  const keptAnswers = async () => {
    const [summary] = await conversations.list();
    const exchanges = summary === undefined ? [] : await conversations.read(summary.id);
    return exchanges.map(({ messages }) => messages.at(-1)?.content[0]?.text);
  };
  const say = ({ type, key }: ReturnType<typeof started>, text: string) => {
    type(text);
    key("enter");
  };
  const first = started(services);
  await first.signIn();
  for (const question of ["hello", "which one?"]) {
    say(first, question);
    await expect.poll(() => isAnswering(first.program.model())).toBe(false);
  }
  await expect.poll(keptAnswers).toEqual([expect.stringMatching(/hello/), "the first"]);
  answers["which one?"] = "the second";
  say(first, "/retry");
  await expect.poll(keptAnswers).toEqual([expect.stringMatching(/hello/), "the second"]);

  const second = started(services);
  await second.signIn();
  say(second, "/resume");
  await expect.poll(() => entriesOf(second.program.model()).length).toBe(5);
  expect(textsOf(entriesOf(second.program.model()))).not.toContain("the first");
  answers["which one?"] = "the third";
  say(second, "/retry");
  await expect.poll(keptAnswers).toEqual([expect.stringMatching(/hello/), "the third"]);
  expect(await conversations.list()).toHaveLength(1);
});
