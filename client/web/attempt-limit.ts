import { LocalizedError } from "../localized-error.ts";
import type { Services } from "../services.ts";
import { type AddressAllowances, createAddressAllowances } from "./address-allowances.ts";

/** Counts attempts to sign in, by address. */
export interface AttemptLimit {
  /** @throws AppError `sign_in_too_many_attempts` */
  count(address: string): void;
  /** Takes back what was counted last: it was the right answer. */
  forgive: AddressAllowances["giveBack"];
}

/**
 * @param limits.burst how many attempts an address has at once
 * @param limits.perMinute how many more it gets each minute
 */
export function createAttemptLimit(limits: { burst: number; perMinute: number }): AttemptLimit {
  const allowances = createAddressAllowances(limits);
  return {
    count(address) {
      if (allowances.take(address)) return;
      throw new LocalizedError("sign_in_too_many_attempts", {
        en: [
          "Too many attempts to sign in came from your address",
          `Wait a few minutes; ${limits.perMinute} a minute are possible.`,
        ],
        ko: [
          "이 주소에서 로그인 시도가 너무 많았습니다",
          `몇 분 기다리세요. 1분에 ${limits.perMinute}번까지 할 수 있습니다.`,
        ],
      });
    },
    forgive: allowances.giveBack,
  };
}

/**
 * The same world, in which every answer that a sign-in is given counts as an attempt, be it a password or a
 * code, but the one that ends it.
 *
 * @param services the world
 * @param limit where they are counted
 * @param addressOf where the one who signs in is now
 */
export function withLimitedSignIn(
  services: Services,
  limit: AttemptLimit,
  addressOf: () => string,
): Services {
  return {
    ...services,
    createSignIn(onExchange) {
      const signIn = services.createSignIn(onExchange);
      return {
        first: signIn.first,
        async answer(answers) {
          const address = addressOf();
          limit.count(address);
          const step = await signIn.answer(answers);
          if (step.kind === "signed_in") limit.forgive(address);
          return step;
        },
        cancel: () => signIn.cancel(),
      };
    },
  };
}
