/**
 * Knows the chargers. Its hardware can be put in trouble by an item in the robots' table, for the
 * demonstration.
 */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { DynamoDBDocumentClient, GetCommand } from "@aws-sdk/lib-dynamodb";

const lambda = new LambdaClient({});
const tables = DynamoDBDocumentClient.from(new DynamoDBClient({}));

interface ChargingEvent {
  readonly action: "nearest" | "reserve" | "inspect";
  readonly robotId: string;
}

class ChargersUnreachable extends Error {
  override readonly name = "ChargersUnreachable";
}

export async function handler(event: ChargingEvent): Promise<unknown> {
  if (event.action === "inspect") return inspect(event.robotId);
  await failWhileInTrouble();
  if (event.action === "nearest") return { charger: `charger-${event.robotId.length % 4}`, degraded: false };
  const position = await positionOf(event.robotId);
  return { charger: `charger-${Math.abs(Math.round(position.x)) % 4}`, degraded: false };
}

/** The third call of the chain: by the time it is made, the deadline that was set at the door has passed. */
async function inspect(robotId: string): Promise<unknown> {
  await new Promise((resolve) => setTimeout(resolve, 1300));
  return { charging: "fine", position: await positionOf(robotId) };
}

async function positionOf(robotId: string): Promise<{ x: number; y: number }> {
  const answer = await lambda.send(
    new InvokeCommand({
      FunctionName: "dispatch",
      Payload: Buffer.from(JSON.stringify({ action: "whereIs", robotId })),
    }),
  );
  const text = answer.Payload?.transformToString() ?? "null";
  if (answer.FunctionError !== undefined) throw new Error(`dispatch failed: ${text}`);
  return (JSON.parse(text) as { position: { x: number; y: number } }).position;
}

async function failWhileInTrouble(): Promise<void> {
  const { Item } = await tables.send(new GetCommand({ TableName: "robots", Key: { id: "#trouble" } }));
  if (Item?.["charging"] === true) throw new ChargersUnreachable("no charger answers on the field bus");
}
