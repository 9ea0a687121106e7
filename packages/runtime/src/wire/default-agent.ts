/** What Node and the SDK themselves put into an agent's options. */
const ownOptions: ReadonlySet<string> = new Set([
  "keepAlive",
  "maxSockets",
  "noDelay",
  "path",
  "defaultPort",
  "protocol",
]);

/** Whether an agent is as the SDK makes it, so that a request would be the same without it. */
export function isDefaultAgent(options: Readonly<Record<string, unknown>>): boolean {
  return (
    Object.keys(options).every((name) => ownOptions.has(name)) &&
    options["keepAlive"] === true &&
    options["maxSockets"] === 50
  );
}
