declare module "dynalite" {
  import type { Server } from "node:http";
  /** An in-memory DynamoDB on an HTTP server that is not yet listening. */
  export default function dynalite(options?: { createTableMs?: number; path?: string }): Server;
}
