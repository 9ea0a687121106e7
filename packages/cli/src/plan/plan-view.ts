/** A plan as text and as JSON. */
import type { View } from "../output/output.ts";
import type { Style } from "../output/style.ts";
import type { Change, Plan } from "./diff.ts";

export function planView(plan: Plan, publishedVersion: number): View {
  return {
    data: { publishedVersion, changes: plan.changes },
    text: ({ style }) => {
      if (plan.changes.length === 0) return `No changes: version ${publishedVersion} is up to date.`;
      const counts = (["added", "changed", "removed"] as const).map(
        (kind) => `${plan.changes.filter((change) => change.kind === kind).length} ${kind}`,
      );
      const lines = plan.changes.flatMap((change) => changeLines(change, style));
      return [...lines, "", `${counts.join(", ")} against version ${publishedVersion}`].join("\n");
    },
  };
}

function changeLines({ kind, section, name, details }: Change, style: Style): readonly string[] {
  const sign = { added: style.green("+"), changed: style.yellow("~"), removed: style.red("-") }[kind];
  return [`${sign} ${section} ${style.bold(name)}`, ...details.map((line) => `    ${line}`)];
}
