import { stemEnglish } from "./english.ts";

/** What may be done with anything: such a verb alone does not say which tool is meant. */
export type Action = "retrieve" | "search" | "create" | "delete" | "update";

const wordsByAction: Readonly<Record<Action, string>> = {
  retrieve:
    "list show display view read get fetch retrieve obtain check tell see enumerate let_know",
  search: "search find seek look_up lookup query locate",
  create: "add append create make new write save record log register insert compose jot",
  delete: "delete remove erase discard clear drop purge",
  update: "update modify edit change set configure adjust rename replace alter switch",
};

const actionByStem = new Map<string, Action>(
  Object.entries(wordsByAction).flatMap(([action, words]) =>
    words
      .split(" ")
      .map((word): [string, Action] => [
        word.split("_").map(stemEnglish).join("_"),
        action as Action,
      ]),
  ),
);

/** The action that a word stands for, if it is one of those that fit anything. */
export function actionOf(stems: Iterable<string>): Action | undefined {
  for (const stem of stems) {
    const action = actionByStem.get(stem);
    if (action !== undefined) return action;
  }
  return undefined;
}

/** Whether an action changes nothing: what is meant when a sentence names a thing and no deed. */
export function isLooking(action: Action | undefined): boolean {
  return action === undefined || action === "retrieve" || action === "search";
}
