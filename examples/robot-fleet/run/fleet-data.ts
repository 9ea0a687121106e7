/**
 * The stand-ins for DynamoDB, SQS and S3 as a child process, and what the story does to their data directly.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";

export interface FleetData {
  /** `AWS_ENDPOINT_URL_*` for the functions. */
  readonly endpoints: Readonly<Record<string, string>>;
  putItem(table: string, item: Readonly<Record<string, unknown>>): Promise<void>;
  hasItem(table: string, id: string): Promise<boolean>;
  close(): Promise<void>;
}

export async function startFleetData(): Promise<FleetData> {
  const script = fileURLToPath(new URL("stand-ins.ts", import.meta.url));
  const child = spawn(process.execPath, [script], { stdio: ["pipe", "pipe", "inherit"] });
  const ready = await firstLine(child);
  const endpoints = {
    AWS_ENDPOINT_URL_DYNAMODB: ready["dynamodb"]!,
    AWS_ENDPOINT_URL_SQS: ready["sqs"]!,
    AWS_ENDPOINT_URL_S3: ready["s3"]!,
  };
  const client = new DynamoDBClient({
    endpoint: endpoints.AWS_ENDPOINT_URL_DYNAMODB,
    region: "us-east-1",
    credentials: { accessKeyId: "story", secretAccessKey: "story" },
  });
  const tables = DynamoDBDocumentClient.from(client);
  return {
    endpoints,
    putItem: async (TableName, Item) => {
      await tables.send(new PutCommand({ TableName, Item }));
    },
    hasItem: async (TableName, id) => {
      const { Item } = await tables.send(new GetCommand({ TableName, Key: { id }, ConsistentRead: true }));
      return Item !== undefined;
    },
    close: async () => {
      client.destroy();
      if (child.exitCode !== null) return;
      child.stdin.end();
      await once(child, "exit");
    },
  };
}

async function firstLine(child: ChildProcess): Promise<Record<string, string>> {
  for await (const line of createInterface({ input: child.stdout! })) {
    return JSON.parse(line) as Record<string, string>;
  }
  throw new Error(`the stand-ins ended before they were ready, with exit code ${child.exitCode}`);
}
