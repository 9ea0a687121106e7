/**
 * Takes the robots' heartbeats: keeps position and battery, and reserves a charger for an empty one without
 * waiting.
 */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb";

const lambda = new LambdaClient({});
const tables = DynamoDBDocumentClient.from(new DynamoDBClient({}));

interface HttpEvent {
  readonly pathParameters: { readonly id: string };
  readonly body?: string;
}

export async function handler(event: HttpEvent): Promise<unknown> {
  const robotId = event.pathParameters.id;
  const { position, batteryPercent } = JSON.parse(event.body ?? "{}") as {
    position?: { x: number; y: number };
    batteryPercent?: number;
  };
  const item = { id: robotId, position: position ?? { x: 0, y: 0 }, batteryPercent: batteryPercent ?? 100 };
  await tables.send(new PutCommand({ TableName: "robots", Item: item }));
  if (item.batteryPercent < 20) {
    const payload = Buffer.from(JSON.stringify({ action: "reserve", robotId }));
    await lambda.send(
      new InvokeCommand({ FunctionName: "charging", InvocationType: "Event", Payload: payload }),
    );
  }
  return { statusCode: 202, body: "" };
}
