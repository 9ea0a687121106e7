import { describe, expect, it } from "vitest";
import type { LocatedFinding } from "../location.ts";
import { renderFindings } from "./render-findings.ts";

const finding: LocatedFinding = {
  code: "TULLE1203",
  severity: "error",
  path: ["services", "dispatch", "uses", 0],
  at: "value",
  message: 'service "navigtor" is not declared',
  remedy: 'did you mean "navigator"?',
  file: "/fleet/tulle.yaml",
  location: {
    file: "/fleet/tulle.yaml",
    line: 31,
    column: 12,
    length: 8,
    lineText: "    uses: [navigtor, robots, mission-events]",
  },
};

describe("renderFindings", () => {
  it("shows code, place, line, caret, remedy and how to learn more", () => {
    expect(renderFindings([finding], { cwd: "/fleet", fileCount: 3, elapsedMs: 41.4 })).toBe(
      `error[TULLE1203]: service "navigtor" is not declared
  --> tulle.yaml:31:12
   |
31 |     uses: [navigtor, robots, mission-events]
   |            ^^^^^^^^ did you mean "navigator"?
   = help: tulle explain TULLE1203
1 error, 0 warnings in 3 files (41 ms)`,
    );
  });

  it("shows the other places that belong to a finding", () => {
    const related = [
      { message: "first declared here", file: null, location: { ...finding.location!, line: 4 } },
    ];
    expect(renderFindings([{ ...finding, related }], { cwd: "/fleet" })).toContain(
      "   = note: first declared here: tulle.yaml:4:12\n   = help: ",
    );
  });

  it("shows file and path where there is no position", () => {
    const inModule = { ...finding, file: "/fleet/tulle.config.ts", location: null };
    expect(renderFindings([inModule], { cwd: "/fleet" })).toBe(
      `error[TULLE1203]: service "navigtor" is not declared
 --> tulle.config.ts at services.dispatch.uses[0]
  = remedy: did you mean "navigator"?
  = help: tulle explain TULLE1203
1 error, 0 warnings`,
    );
  });

  it("shows the position alone where the line is too long to be quoted", () => {
    const long = { ...finding, location: { ...finding.location!, line: 1, column: 900_000, lineText: "" } };
    expect(renderFindings([long], { cwd: "/fleet" }).split("\n").slice(1, 3)).toEqual([
      " --> tulle.yaml:1:900000",
      '  = remedy: did you mean "navigator"?',
    ]);
  });

  it("names a file outside the working folder in full", () => {
    expect(renderFindings([finding], { cwd: "/elsewhere" })).toContain("--> /fleet/tulle.yaml:31:12");
  });

  it("puts the caret under what it means, after tabs and wide characters", () => {
    const location = { ...finding.location!, column: 6, length: 3, lineText: "\ta😀b: bad" };
    const lines = renderFindings([{ ...finding, location }], {}).split("\n");
    expect(lines[4]).toBe('   | \t   ^^^ did you mean "navigator"?');
  });

  it("lets no control character of a file reach the terminal", () => {
    const location = { ...finding.location!, lineText: "    uses: [\u001b[2Jgone\u0007, \u202eevil]" };
    const text = renderFindings([{ ...finding, message: "bad \u001b]0;title\u0007\r\n", location }]);
    expect(text).toContain("31 |     uses: [·[2Jgone·, ·evil]");
    expect(text).toContain("bad ·]0;title···");
  });

  it("colours only when asked to", () => {
    expect(renderFindings([finding], { color: true })).toContain("\u001b[31merror[TULLE1203]\u001b[39m");
    expect(renderFindings([finding])).not.toContain("\u001b");
  });

  it("counts what it does not show", () => {
    const warning: LocatedFinding = { ...finding, severity: "warning" };
    const text = renderFindings([finding, warning, warning], { most: 1, fileCount: 1 });
    expect(text.split("\n").slice(-2)).toEqual(["... and 2 more", "1 error, 2 warnings in 1 file"]);
    expect(renderFindings([], { fileCount: 2 })).toBe("0 errors, 0 warnings in 2 files");
  });
});
