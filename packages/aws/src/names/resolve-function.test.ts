import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { type NamingRules, resolveFunctionName } from "./index.ts";

const here = { region: "eu-west-1", accountId: "111111111111" };

function ask(functionName: string, qualifier: string | null = null, rules: NamingRules = "invoke") {
  return resolveFunctionName({ ...here, rules, functionName, qualifier });
}

describe("resolveFunctionName", () => {
  it("takes the qualifier from the name, from beside it, or from both when they agree", () => {
    expect(ask("fn")).toMatchObject({ kind: "function", name: "fn", qualifier: null });
    expect(ask("fn:live")).toMatchObject({ name: "fn", qualifier: "live" });
    expect(ask("fn", "live")).toMatchObject({ name: "fn", qualifier: "live" });
    expect(ask("fn:live", "live")).toMatchObject({ name: "fn", qualifier: "live" });
  });

  it("takes $latest beside the name for an alias that does not exist", () => {
    expect(ask("fn", "$latest")).toMatchObject({ kind: "function", qualifier: "$latest" });
  });

  it("refuses two qualifiers that differ", () => {
    expect(ask("fn:live", "1")).toEqual({
      kind: "refused",
      code: "InvalidParameterValueException",
      status: 400,
      message: "The derived qualifier from the function name does not match the specified qualifier.",
    });
  });

  it("refuses another region and another account", () => {
    expect(ask("arn:aws:lambda:us-west-1:111111111111:function:fn")).toEqual({
      kind: "refused",
      code: "ResourceNotFoundException",
      status: 404,
      message: "Functions from 'us-west-1' are not reachable in this region ('eu-west-1')",
    });
    expect(ask("222222222222:function:fn")).toMatchObject({ code: "AccessDeniedException", status: 403 });
  });

  it("counts violations and joins them", () => {
    expect(ask("*", "?")).toMatchObject({
      code: "ValidationException",
      status: 400,
      message: expect.stringMatching(
        /^2 validation errors detected: Value '\?' at 'qualifier' .*; Value '\*' at 'functionName' /,
      ),
    });
  });

  it("refuses a number as the qualifier of a function URL", () => {
    expect(ask("fn", "1", "url")).toMatchObject({
      message:
        "1 validation error detected: Value '1' at 'qualifier' failed to satisfy constraint: " +
        "Member must satisfy regular expression pattern: ((?!^\\d+$)^[0-9a-zA-Z-_]+$)",
    });
  });
});

const file = fileURLToPath(
  new URL("../../../../../shared/fixtures/lambda-recorded/lambda_api.json", import.meta.url),
);
const present = existsSync(file);
const reason = present ? "" : " (skipped: ../shared/fixtures/lambda-recorded is not beside the checkout)";

interface Recorded {
  readonly Code: string;
  readonly Errors?: readonly string[];
  readonly Message?: string;
}

/** Puts back what the recording replaced. */
function restore(text: string): string {
  return text
    .replaceAll("<partition>", "aws")
    .replaceAll("<region>", here.region)
    .replace(/<a:len\((\d+)\)>/g, (_, count) => "a".repeat(Number(count)));
}

const ruleOf: Readonly<Record<string, NamingRules>> = {
  invoke: "invoke",
  get_function: "get",
  delete_function: "delete",
  create_function: "create",
};

/**
 * Recorded refusals of a name's shape, each with what was asked: the refused values stand in the messages.
 */
function recordedViolations() {
  const recorded = JSON.parse(readFileSync(file, "utf8")) as Record<string, Record<string, Recorded>>;
  return Object.entries(recorded).flatMap(([title, answers]) => {
    const match = /function_name_and_qualifier_validation\[(\w+)-(\w+)\]$/.exec(title);
    const [answer] = Object.values(answers);
    if (match === null || answer?.Errors === undefined) return [];
    const errors = answer.Errors.map(restore);
    const valueAt = (member: string) =>
      errors
        .map((error) => new RegExp(`^Value '(.*)' at '${member}' `).exec(error)?.[1])
        .find((value) => value !== undefined);
    const functionName = valueAt("functionName") ?? "my-function";
    return [
      {
        title: `${match[1]}, ${match[2]}`,
        rules: ruleOf[match[2]!]!,
        functionName,
        qualifier: valueAt("qualifier") ?? null,
        code: answer.Code,
        errors,
      },
    ];
  });
}

const violations = present ? recordedViolations() : [];

describe.skipIf(!present)(`answers recorded from AWS${reason}`, () => {
  it("are all there", () => {
    expect(violations.length).toBeGreaterThanOrEqual(30);
  });

  it.each(violations)(
    "$title: the same code and the same words",
    ({ rules, functionName, qualifier, code, errors }) => {
      const count = `${errors.length} validation error${errors.length === 1 ? "" : "s"} detected`;
      expect(ask(functionName, qualifier, rules)).toEqual({
        kind: "refused",
        code,
        status: 400,
        message: `${count}: ${errors.join("; ")}`,
      });
    },
  );
});

describe("names that AWS was seen to look up", () => {
  it.each([
    ["an incomplete ARN", "arn:aws:lambda:eu-west-1:111111111111:function", "function"],
    ["a name of 65 characters", "a".repeat(65), "a".repeat(65)],
  ])("takes %s for a name", (_, text, name) => {
    expect(ask(text)).toMatchObject({ kind: "function", name });
  });
});
