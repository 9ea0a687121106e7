/** What a failed command says: for people on stderr, for programs one JSON document on stdout. */
import type { LocatedFinding } from "@tulle/config";
import { errorRegistry, isTulleError, TulleError } from "@tulle/core/errors";
import type { Output } from "../output/output.ts";
import { type ExitCode, exitCodeOf } from "./exit-code.ts";

/** The envelope that control's API and `--json` share. */
export interface ErrorEnvelope {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly hint: string;
    readonly docs: string;
    readonly details: Readonly<Record<string, unknown>>;
  };
}

export function wrongUsage(message: string): TulleError {
  return new TulleError("TULLE6001", message);
}

/** Any thrown value as a coded error; what has no code is a defect and keeps its stack as the cause. */
export function coded(error: unknown): TulleError {
  if (isTulleError(error)) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new TulleError("TULLE6000", message, { cause: error });
}

export function envelopeOf(error: TulleError): ErrorEnvelope {
  const { code, message, context } = error;
  const anchor = `${code}-${errorRegistry[code].name}`.toLowerCase();
  const docs = `docs/reference/errors.md#${anchor}`;
  return { error: { code, message, hint: hintOf(error), docs, details: context } };
}

/** The thrower's own advice, else the registry's. */
function hintOf({ code, remedy }: TulleError): string {
  return remedy ?? errorRegistry[code].remedy;
}

/** A refused configuration says what is wrong with it, in `details`. */
function withFindings(envelope: ErrorEnvelope, findings: unknown): ErrorEnvelope {
  if (findings === undefined) return envelope;
  return { error: { ...envelope.error, details: { ...envelope.error.details, findings } } };
}

/** Prints a failure in the shape that was asked for, and names the exit code. */
export async function report(thrown: unknown, output: Output, cwd: string): Promise<ExitCode> {
  const error = coded(thrown);
  const { findings } = error as { findings?: readonly LocatedFinding[] };
  if (output.format === "json") output.document(withFindings(envelopeOf(error), findings));
  else {
    if (findings !== undefined) output.complain(await findingsText(findings, output, cwd));
    const { red, dim } = output.style;
    output.complain(`${red(`error[${error.code}]`)}: ${error.message}`);
    output.complain(`  ${dim("=")} help: ${hintOf(error)}`);
    output.complain(`  ${dim("=")} more: tulle explain ${error.code}`);
  }
  if (output.verbose && error.cause instanceof Error) output.complain(error.cause.stack ?? "");
  return exitCodeOf(error.code);
}

async function findingsText(
  findings: readonly LocatedFinding[],
  output: Output,
  cwd: string,
): Promise<string> {
  const { renderFindings } = await import("@tulle/config");
  return renderFindings(findings, { color: output.style.red("x") !== "x", cwd });
}
