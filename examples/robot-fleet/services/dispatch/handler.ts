/**
 * Sends robots on missions: asks the navigator for a route, the charging service for a charger, and queues
 * the mission.
 */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { DynamoDBDocumentClient, GetCommand } from "@aws-sdk/lib-dynamodb";

const lambda = new LambdaClient({});
// A logical name is no URL, so it cannot say where the requests go.
const queues = new SQSClient({ useQueueUrlAsEndpoint: false });
const tables = DynamoDBDocumentClient.from(new DynamoDBClient({}));

interface HttpEvent {
  readonly requestContext: { readonly requestId: string; readonly http: { readonly path: string } };
  readonly body?: string;
}

interface WhereIs {
  readonly action: "whereIs";
  readonly robotId: string;
}

interface Position {
  readonly x: number;
  readonly y: number;
}

export async function handler(event: HttpEvent | WhereIs): Promise<unknown> {
  if ("action" in event) return whereIs(event.robotId);
  const order = parseOrder(event.body);
  if (order === null)
    return { statusCode: 400, body: JSON.stringify({ message: "robotId and to are required" }) };
  return event.requestContext.http.path === "/v1/inspections"
    ? inspect(order.robotId)
    : startMission(event.requestContext.requestId, order);
}

async function startMission(missionId: string, order: { robotId: string; to: Position }): Promise<unknown> {
  const from = (await whereIs(order.robotId)).position;
  const route = await call("navigator", { robotId: order.robotId, from, to: order.to });
  const charging = await call("charging", { action: "reserve", robotId: order.robotId });
  const mission = { missionId, robotId: order.robotId, route, charging };
  await queues.send(new SendMessageCommand({ QueueUrl: "missions", MessageBody: JSON.stringify(mission) }));
  return { statusCode: 201, body: JSON.stringify(mission) };
}

/** Looks at the whole chain, slowly: the door's deadline is shorter than the work. */
async function inspect(robotId: string): Promise<unknown> {
  const findings = await call("navigator", { action: "inspect", robotId });
  return { statusCode: 200, body: JSON.stringify(findings) };
}

async function whereIs(robotId: string): Promise<{ position: Position }> {
  const { Item } = await tables.send(new GetCommand({ TableName: "robots", Key: { id: robotId } }));
  return { position: (Item?.["position"] as Position | undefined) ?? { x: 0, y: 0 } };
}

async function call(service: string, payload: unknown): Promise<Record<string, unknown>> {
  const answer = await lambda.send(
    new InvokeCommand({ FunctionName: service, Payload: Buffer.from(JSON.stringify(payload)) }),
  );
  const text = answer.Payload?.transformToString() ?? "null";
  if (answer.FunctionError !== undefined) throw new Error(`${service} failed: ${text}`);
  return JSON.parse(text) as Record<string, unknown>;
}

function parseOrder(body: string | undefined): { robotId: string; to: Position } | null {
  try {
    const order = JSON.parse(body ?? "") as { robotId?: unknown; to?: Position };
    if (typeof order.robotId !== "string") return null;
    return { robotId: order.robotId, to: order.to ?? { x: 0, y: 0 } };
  } catch {
    return null;
  }
}
