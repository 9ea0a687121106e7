import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type AttemptResult, classify, outcomeTable } from "./index.ts";

const functionError = (errorType: string): AttemptResult => ({
  kind: "answer",
  status: 200,
  errorCode: "",
  functionError: true,
  errorType,
});
const refused = (status: number, errorCode: string): AttemptResult => ({
  kind: "answer",
  status,
  errorCode,
  functionError: false,
  errorType: "",
});

describe("classify", () => {
  it.each([
    ["Sandbox.Timedout", "timeout"],
    ["Runtime.ExitError", "crash"],
    ["Runtime.OutOfMemory", "crash"],
    ["Runtime.ImportModuleError", "initFailure"],
    ["Runtime.HandlerNotFound", "initFailure"],
    ["Function.ResponseSizeTooLarge", "oversized"],
    ["TypeError", "functionError"],
    ["OutOfChargers", "functionError"],
    ["", "functionError"],
  ])("tells %s in a 200 with a function error as %s", (errorType, expected) => {
    expect(classify(functionError(errorType))).toBe(expected);
  });

  it.each([
    [429, "TooManyRequestsException", "throttle"],
    [404, "ResourceNotFoundException", "notFound"],
    [403, "AccessDeniedException", "accessDenied"],
    [403, "InvalidSignatureException", "accessDenied"],
    [400, "InvalidRequestContentException", "badRequest"],
    [413, "RequestEntityTooLargeException", "badRequest"],
    [500, "ServiceException", "unavailable"],
    [502, "ENILimitReachedException", "unavailable"],
    [503, "", "unavailable"],
    [504, "", "timeout"],
  ])("tells %i %s as %s", (status, errorCode, expected) => {
    expect(classify(refused(status, errorCode))).toBe(expected);
  });

  it("judges a code that is also a property of every object by its status", () => {
    for (const code of ["constructor", "toString", "__proto__"])
      expect(classify(refused(400, code))).toBe("badRequest");
  });

  it("tells 200, 202 and 204 without an error as ok", () => {
    for (const status of [200, 202, 204]) expect(classify(refused(status, ""))).toBe("ok");
  });
});

describe("the outcome table", () => {
  it("is the one in the documentation", () => {
    const page = readFileSync(join(import.meta.dirname, "../../../../docs/reference/outcomes.md"), "utf8");
    const documented = [...page.matchAll(/^\| `(\w+)` \|[^|]+\|(.+)\|$/gm)].map((row) => [
      row[1],
      row[2]!.split("|").map((cell) => cell.trim()),
    ]);
    const actual = Object.entries(outcomeTable).map(([name, row]) => [
      name,
      [row.breaker, row.rollout, row.retryOn ?? "-", row.neverRan ? "yes" : "no"],
    ]);
    expect(documented).toEqual(actual);
  });

  it("keeps breaker and rollout apart: a thrown error is an answer to one and evidence to the other", () => {
    expect(outcomeTable.functionError).toMatchObject({ breaker: "good", rollout: "bad" });
    expect(outcomeTable.declaredError).toMatchObject({ breaker: "good", rollout: "good" });
    expect(outcomeTable.throttle).toMatchObject({ breaker: "overload", rollout: "ignored" });
  });
});
