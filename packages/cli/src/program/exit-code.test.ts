import { type ErrorCode, errorRegistry } from "@tulle/core/errors";
import { expect, test } from "vitest";
import { exitCodeOf } from "./exit-code.ts";

test("gives every code of the registry an exit code that is not success", () => {
  for (const code of Object.keys(errorRegistry) as ErrorCode[]) expect(exitCodeOf(code)).toBeGreaterThan(0);
});

test("tells findings, absence, denial, outage and conflict apart", () => {
  const codes: readonly ErrorCode[] = [
    "TULLE6000",
    "TULLE6001",
    "TULLE6003",
    "TULLE6004",
    "TULLE2001",
    "TULLE2003",
  ];
  expect(codes.map(exitCodeOf)).toEqual([1, 2, 3, 4, 5, 6]);
});

test("counts a function that failed as a failure and not as an outage", () => {
  expect(exitCodeOf("TULLE2009")).toBe(1);
});
