import fc from "fast-check";
import { expect, test } from "vitest";
import { newStyle, withoutStyle } from "./style.ts";
import { type Column, renderTable, type TableOptions, widthOf } from "./table.ts";

interface Robot {
  readonly name: string;
  readonly trips: number;
  readonly note: string;
}

const columns: readonly Column<Robot>[] = [
  { title: "NAME", cell: ({ name }, { bold }) => bold(name) },
  { title: "TRIPS", cell: ({ trips }) => trips },
  { title: "ID", cell: () => "x", wide: true },
  { title: "NOTE", cell: ({ note }) => note },
];

const options = (more: Partial<TableOptions> = {}): TableOptions => ({
  style: newStyle(false),
  wide: false,
  columns: null,
  empty: "No robots.",
  ...more,
});

const robots: readonly Robot[] = [
  { name: "r1", trips: 7, note: "on the road" },
  { name: "robot-22", trips: 1204, note: "-" },
];

test("aligns text to the left and numbers to the right, without blanks at the end", () => {
  expect(renderTable(columns, robots, options()).split("\n")).toEqual([
    "NAME      TRIPS  NOTE",
    "r1            7  on the road",
    "robot-22   1204  -",
  ]);
});

test("aligns coloured cells as it aligns plain ones", () => {
  const colored = renderTable(columns, robots, options({ style: newStyle(true) }));
  expect(colored).not.toBe(withoutStyle(colored));
  expect(withoutStyle(colored)).toBe(renderTable(columns, robots, options()));
});

test("shows wide columns only when asked", () => {
  expect(renderTable(columns, robots, options({ wide: true }))).toMatch(/NAME +TRIPS +ID +NOTE/);
});

test("says what there is none of", () => {
  expect(renderTable(columns, [], options())).toBe("No robots.");
});

test("cuts to a terminal's width and never in a pipe", () => {
  const narrow = renderTable(columns, robots, options({ columns: 20 }));
  expect(narrow.split("\n").every((line) => widthOf(line) <= 20)).toBe(true);
  expect(narrow).toContain("on…");
});

test("lets no value break a row or write to the terminal", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string(), (name, note) => {
      const table = renderTable(columns, [{ name, trips: 1, note }], options());
      expect(table.split("\n")).toHaveLength(2);
      expect(table).not.toContain("\u0007");
    }),
  );
});
