import type { Clock } from "@tulle/core/ports";
import type { Store } from "@tulle/core/store";
import { createVirtualClock, type VirtualClock } from "../clock/index.ts";
import { agreementCases } from "./agreement.ts";
import { counterCases } from "./counters.ts";
import { expiryCases } from "./expiry.ts";
import { queryCases } from "./queries.ts";
import { refusalCases } from "./refusals.ts";
import { writeCases } from "./writes.ts";

/**
 * The contract of the store port, as one suite that every adapter runs.
 *
 * The suite is a list of cases and knows no test runner: it is handed the two functions it needs, so this
 * package depends on none and an adapter's own test file is a handful of lines. Every case gets a fresh
 * store on a clock that stands still.
 */
export function storeContract(name: string, openStore: OpenStore, runner: SuiteRunner): void {
  runner.describe(`the store contract, kept by ${name}`, () => {
    for (const one of allCases) {
      runner.it(one.title, async () => {
        const clock = createVirtualClock();
        const store = await openStore({ nowMs: clock.nowMs });
        try {
          await one.run(store, clock);
        } finally {
          await store.close();
        }
      });
    }
  });
}

/** Opens an empty store that judges expiry by the clock given. */
export type OpenStore = (options: { readonly nowMs: Clock }) => Store | Promise<Store>;

/** The part of a test runner that the suite uses; vitest's and `node:test`'s functions fit. */
export interface SuiteRunner {
  readonly describe: (title: string, body: () => void) => unknown;
  readonly it: (title: string, body: () => Promise<void>) => unknown;
}

/** One promise of the port. */
export interface StoreCase {
  readonly title: string;
  readonly run: (store: Store, clock: VirtualClock) => Promise<void>;
}

const allCases: readonly StoreCase[] = [
  ...writeCases,
  ...counterCases,
  ...queryCases,
  ...expiryCases,
  ...refusalCases,
  ...agreementCases,
];
