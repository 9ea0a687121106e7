/** What a run prints: plain lines with a source in front, so that they can be piped, copied and scrolled. */
import type { Style } from "../output/style.ts";
import type { DevSession } from "./dev-session.ts";
import type { DevEvent } from "./options.ts";

const SOURCE_WIDTH = 12;

/** One event as a line; null for what is not worth one. */
export function eventLine(event: DevEvent, style: Style): string | null {
  switch (event.kind) {
    case "log":
      return `${prefix(event.source, style.dim)} ${event.text}`;
    case "note":
      return `${prefix(event.source, style.cyan)} ${event.text}`;
    case "problem":
      return `${prefix(event.source, style.red)} ${event.text}`;
    case "published":
      return event.changed ? `${prefix("config", style.cyan)} published version ${event.version}` : null;
    case "deployed":
      return event.changed
        ? `${prefix(event.service, style.cyan)} deployed ${event.revision} as version ${event.version}`
        : null;
  }
}

function prefix(source: string, color: (text: string) => string): string {
  return color(`${source.padEnd(SOURCE_WIDTH)}|`);
}

/** Where everything is, once it runs. */
export function readyLines(session: DevSession, elapsedMs: number, style: Style): readonly string[] {
  const { urls, platform } = session;
  const config = session.config();
  const counted = `${Object.keys(config.services).length} services, version ${session.version()}`;
  const address = (name: string, url: string) => `  ${name.padEnd(16)} ${style.bold(url)}`;
  return [
    `${style.green("ready")} in ${Math.round(elapsedMs)} ms: ${config.mesh}, ${counted}`,
    ...Object.entries(urls.gateways).map(([name, url]) => address(`gateway/${name}`, url)),
    address("lambda endpoint", urls.platform),
    address("control", urls.control),
    `  state is kept in ${session.dataFolder}; remove the folder to start from nothing`,
    "  another terminal: tulle status -w, tulle get edges -w, tulle call SERVICE",
    "  the aws CLI and any SDK:",
    `    export AWS_ENDPOINT_URL_LAMBDA=${urls.platform} AWS_REGION=${platform.region}`,
    `    export AWS_ACCESS_KEY_ID=${platform.rootCredentials.accessKeyId}`,
    `    export AWS_SECRET_ACCESS_KEY=${platform.rootCredentials.secretAccessKey}`,
    "  Ctrl-C stops everything",
  ];
}
