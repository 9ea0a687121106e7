// A function as people have it: the SDK, a client, and no call yet.
import { LambdaClient } from "@aws-sdk/client-lambda";

globalThis.client = new LambdaClient({});
