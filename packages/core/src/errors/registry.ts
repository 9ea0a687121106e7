import { cliErrors } from "./cli.ts";
import { configurationErrors } from "./configuration.ts";
import { controlErrors } from "./control.ts";
import type { ErrorEntry } from "./entry.ts";
import { gatewayErrors } from "./gateway.ts";
import { platformErrors } from "./platform.ts";
import { routingErrors } from "./routing.ts";

/** Every code that Tulle can report. Closed: a message without a code is a bug. */
export type ErrorCode =
  | keyof typeof configurationErrors
  | keyof typeof routingErrors
  | keyof typeof platformErrors
  | keyof typeof controlErrors
  | keyof typeof gatewayErrors
  | keyof typeof cliErrors;

/** Code to meaning, remedy, category, status and retry advice; `docs/reference/errors.md` holds the same. */
export const errorRegistry: Readonly<Record<ErrorCode, ErrorEntry>> = {
  ...configurationErrors,
  ...routingErrors,
  ...platformErrors,
  ...controlErrors,
  ...gatewayErrors,
  ...cliErrors,
};
