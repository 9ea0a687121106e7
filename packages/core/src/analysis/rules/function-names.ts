import { isFunctionName } from "../../model/index.ts";
import type { Finding } from "../finding.ts";
import { type AnalysisInput, error } from "../rule.ts";

/**
 * A function backend must name a function as Lambda does, and leave the qualifier to `alias` or `version`.
 */
export function* invalidFunctionNames({ config }: AnalysisInput): Iterable<Finding> {
  for (const [name, { backend }] of Object.entries(config.services)) {
    if (backend.kind !== "function" || isFunctionName(backend.functionName)) continue;
    const path = ["services", name, "backend", "function"];
    yield error("TULLE1202", `"${backend.functionName}" is not the name or ARN of a Lambda function`, {
      path,
      remedy: qualifierAdvice(backend.functionName),
    });
  }
}

function qualifierAdvice(functionName: string): string | null {
  const cut = functionName.lastIndexOf(":");
  if (cut < 0 || !isFunctionName(functionName.slice(0, cut))) return null;
  const qualifier = functionName.slice(cut + 1);
  const key = /^[0-9]+$/.test(qualifier) ? "version" : "alias";
  return `write the qualifier apart: { function: "${functionName.slice(0, cut)}", ${key}: ${qualifier} }`;
}
