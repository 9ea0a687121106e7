/** placeholder */
import type { Credentials } from "../signature/index.ts";
/** Keys from `AWS_ACCESS_KEY_ID` and its siblings; null where they are not set. */
export declare function environmentCredentials(
  environment: Readonly<Record<string, string | undefined>>,
): Credentials | null;
