/** What both revisions of the navigator share: the map, the charging service, the slow inspection. */
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";

const lambda = new LambdaClient({});
const buckets = new S3Client({});

export interface Position {
  readonly x: number;
  readonly y: number;
}

export type NavigatorEvent =
  | { readonly action: "inspect"; readonly robotId: string }
  | { readonly action?: undefined; readonly robotId: string; readonly from: Position; readonly to: Position };

interface SiteMap {
  readonly metresPerUnit: number;
}

let siteMap: Promise<SiteMap> | null = null;

/** The site's map from the `documents` bucket, read once in an environment. */
export async function loadMap(): Promise<SiteMap> {
  siteMap ??= readMap();
  try {
    return await siteMap;
  } catch (error) {
    siteMap = null;
    throw error;
  }
}

async function readMap(): Promise<SiteMap> {
  const object = await buckets.send(new GetObjectCommand({ Bucket: "documents", Key: "maps/site.json" }));
  return JSON.parse((await object.Body?.transformToString()) ?? "{}") as SiteMap;
}

export async function nearestCharger(robotId: string): Promise<Record<string, unknown>> {
  return callCharging({ action: "nearest", robotId });
}

/** Works for four tenths of a second and then asks further down the chain. */
export async function inspect(robotId: string): Promise<unknown> {
  await new Promise((resolve) => setTimeout(resolve, 400));
  return { navigator: "fine", charging: await callCharging({ action: "inspect", robotId }) };
}

async function callCharging(payload: unknown): Promise<Record<string, unknown>> {
  const answer = await lambda.send(
    new InvokeCommand({ FunctionName: "charging", Payload: Buffer.from(JSON.stringify(payload)) }),
  );
  const text = answer.Payload?.transformToString() ?? "null";
  if (answer.FunctionError !== undefined) throw new Error(`charging failed: ${text}`);
  return JSON.parse(text) as Record<string, unknown>;
}
