import { jsonKind } from "./json-kind.ts";
import type { ResourceDriver } from "./kind.ts";

/**
 * Tables: `TableName`, the keys of a batch's `RequestItems`, and each part of a transaction. PartiQL text is
 * left alone.
 */
export const dynamodbTable: ResourceDriver = jsonKind({
  kind: "dynamodb.table",
  serviceId: "DynamoDB",
  signingName: "dynamodb",
  paths: [["TableName"], ["RequestItems", "{}"], ["TransactItems", "[]", "*", "TableName"]],
});
