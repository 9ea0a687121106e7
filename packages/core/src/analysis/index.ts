/** The analyzer: what is wrong with a configuration, as findings with codes and positions. */
export type { ConfigPath, Finding } from "./finding.ts";
