import { functionArn as spellArn } from "@tulle/aws/names";

/** The account and region that the platform stands for. */
export interface Account {
  readonly region: string;
  readonly accountId: string;
}

/** ARN of a function, with the qualifier where there is one. */
export function functionArn(account: Account, functionName: string, qualifier: string | null): string {
  return spellArn({ ...account, name: functionName, qualifier });
}
