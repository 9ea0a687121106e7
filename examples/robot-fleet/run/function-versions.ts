/** Which code is deployed, asked with the AWS SDK: what must not change while a name is repointed. */
import { LambdaClient, paginateListFunctions } from "@aws-sdk/client-lambda";
import type { DevSession } from "@tulle/cli/dev";

/** Every function and version with the digest of its code, as one text to compare. */
export async function functionVersions({ platform }: DevSession): Promise<string> {
  const { url: endpoint, region, rootCredentials } = platform;
  const client = new LambdaClient({ endpoint, region, credentials: rootCredentials });
  const lines: string[] = [];
  for await (const page of paginateListFunctions({ client }, { FunctionVersion: "ALL" })) {
    for (const one of page.Functions ?? [])
      lines.push(`${one.FunctionArn} ${one.CodeSha256} ${one.LastModified}`);
  }
  client.destroy();
  return lines.sort().join("\n");
}
