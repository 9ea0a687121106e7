/** Keys that Lambda puts into every function's environment. */
import type { Credentials } from "../signature/index.ts";

/** `process.env`, or a stand-in. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Keys from `AWS_ACCESS_KEY_ID` and its siblings; null where either of the two is missing or empty. */
export function environmentCredentials(environment: Environment): Credentials | null {
  const accessKeyId = environment["AWS_ACCESS_KEY_ID"];
  const secretAccessKey = environment["AWS_SECRET_ACCESS_KEY"];
  if (!accessKeyId || !secretAccessKey) return null;
  const sessionToken = environment["AWS_SESSION_TOKEN"];
  return sessionToken ? { accessKeyId, secretAccessKey, sessionToken } : { accessKeyId, secretAccessKey };
}
