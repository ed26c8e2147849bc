import { type Allowance, createAllowance } from "../allowance.ts";

/** What each address may use up of something. */
export interface AddressAllowances {
  /** @returns false where the address has used up its own */
  take(address: string): boolean;
  /** Takes back what was taken last. */
  giveBack(address: string): void;
}

/** So many addresses are remembered; those that were seen last stay. */
const mostAddresses = 10_000;

/**
 * @param limits.burst how often an address may take at once
 * @param limits.perMinute how often more, each minute
 */
export function createAddressAllowances(limits: {
  burst: number;
  perMinute: number;
}): AddressAllowances {
  const allowances = new Map<string, Allowance>();
  return {
    take(address) {
      const allowance =
        allowances.get(address) ?? createAllowance(limits.burst, limits.perMinute / 60);
      allowances.delete(address);
      allowances.set(address, allowance);
      const [oldest] = allowances.keys();
      if (allowances.size > mostAddresses && oldest !== undefined) allowances.delete(oldest);
      return allowance.take(1);
    },
    giveBack: (address) => void allowances.get(address)?.take(-1),
  };
}
