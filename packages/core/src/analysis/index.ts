/** The analyzer: what is wrong with a configuration, as findings with codes and positions. */
export { analyze } from "./analyze.ts";
export type { ConfigPath, Finding } from "./finding.ts";
