import { emptyEditor } from "./editor.ts";
import { signInForm } from "./form.ts";
import { emptyHistory } from "./history.ts";
import type { Message } from "./messages.ts";
import type { ConnectingPhase, Model, Problem, ServerSummary, User } from "./model.ts";
import { emptyTranscript } from "./transcript.ts";
import type { Update } from "./update.ts";

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
        const form = signInForm({ username: user.username, intro: "You are signed out." });
        return [
          { ...model, phase: { name: "sign_in", form } },
          [{ type: "abandon" }, { type: "sign_out" }],
        ];
      }
      if (message.key === "enter" && phase.problem !== null) {
        return [{ ...model, phase: { ...phase, problem: null } }, [{ type: "connect" }]];
      }
      return [model, []];
    default:
      return [model, []];
  }
}

function freshConversation(user: User, server: ServerSummary): Model["phase"] {
  return {
    name: "conversation",
    user,
    server,
    transcript: emptyTranscript,
    input: emptyEditor,
    history: emptyHistory,
    answer: null,
    approvals: [],
    scroll: { kind: "end" },
    areToolsOpen: false,
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
  const form = signInForm({ username: user.username, problem });
  return [{ ...model, phase: { name: "sign_in", form } }, [{ type: "sign_out" }]];
}
