/** Credentials: where a function finds its keys, without a client library. */
export { environmentCredentials } from "./environment.ts";
