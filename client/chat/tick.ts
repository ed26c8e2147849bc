import { spinnerStepMilliseconds } from "./layout.ts";
import type { Model } from "./model.ts";

/**
 * How long the screen may stay as it is when nothing happens: until the spinner turns, or until the
 * next second of the token's countdown.
 *
 * @param model what is shown
 * @returns milliseconds; null when nothing on the screen depends on time
 */
export function tickInterval(model: Model): number | null {
  const { phase } = model;
  switch (phase.name) {
    case "sign_in":
      if (phase.form.busy) return spinnerStepMilliseconds;
      return model.quitsUntil === null ? null : 1_000;
    case "connecting":
      return phase.problem === null ? spinnerStepMilliseconds : 1_000;
    case "conversation":
      if (phase.attachments.some(({ parts }) => parts === null)) return spinnerStepMilliseconds;
      return phase.answer === null || phase.approvals.length > 0 ? 1_000 : spinnerStepMilliseconds;
  }
}
