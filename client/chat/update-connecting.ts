import { emptyEditor } from "./editor.ts";
import { emptyHistory } from "./history.ts";
import type { Message } from "./messages.ts";
import type { ConnectingPhase, Model, Problem, ServerSummary, User } from "./model.ts";
import { textsOf } from "./texts/texts.ts";
import { emptyTranscript } from "./transcript.ts";
import type { Update } from "./update.ts";
import { firstForm } from "./update-sign-in.ts";

/** {@link update} while the MCP session is being opened, or could not be. */
export function updateConnecting(model: Model, phase: ConnectingPhase, message: Message): Update {
  const { user } = phase;
  switch (message.type) {
    case "connected":
      return [{ ...model, phase: freshConversation(user, message.server) }, []];
    case "connect_failed":
      if (isSignInLost(message.problem)) return signedOut(model, user, message.problem);
      return [{ ...model, phase: { ...phase, problem: message.problem } }, []];
    case "key":
      if (message.key === "escape") {
        const [left, effects] = leave(model, user);
        return [left, [{ type: "abandon" }, ...effects]];
      }
      if (message.key === "enter" && phase.problem !== null) {
        return [{ ...model, phase: { ...phase, problem: null } }, [{ type: "connect" }]];
      }
      return [model, []];
    default:
      return [model, []];
  }
}

export const nothingSpent = { tokens: 0, cost: null };

function freshConversation(user: User, server: ServerSummary): Model["phase"] {
  return {
    name: "conversation",
    user,
    server,
    transcript: emptyTranscript,
    input: emptyEditor,
    undo: [],
    history: emptyHistory,
    suggestion: 0,
    find: null,
    pane: null,
    answer: null,
    approvals: [],
    dialogs: [],
    scroll: { kind: "end" },
    areToolsOpen: false,
    spent: nothingSpent,
    isServerAway: false,
    modelId: "",
    models: [],
    attachments: [],
    nextAttachment: 1,
    usesMouse: true,
  };
}

/**
 * True for a failure that only another sign-in mends.
 *
 * @param problem what failed
 */
export function isSignInLost(problem: Problem): boolean {
  return problem.code.startsWith("sign_in_");
}

/**
 * Back to the sign-in form, with the reason.
 *
 * @param model what was shown
 * @param user who was signed in
 * @param problem why that is over
 */
export function signedOut(model: Model, user: User, problem: Problem): Update {
  const form = firstForm(model, { username: user.username, problem });
  return [{ ...model, phase: { name: "sign_in", form } }, [{ type: "sign_out" }]];
}

/**
 * Back to the sign-in form, because the user wants to.
 *
 * @param model what was shown
 * @param user who was signed in
 */
export function leave(model: Model, user: User): Update {
  const intro = textsOf(model.language).signIn.signedOut;
  const form = firstForm(model, { username: user.username, intro });
  return [{ ...model, phase: { name: "sign_in", form } }, [{ type: "sign_out" }]];
}
