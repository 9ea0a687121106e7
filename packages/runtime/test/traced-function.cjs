// OpenTelemetry as people start it: registered before the SDK is required. Prints the spans of one call
// through an attached client.
const otel = require("@opentelemetry/sdk-trace-node");
const { registerInstrumentations } = require("@opentelemetry/instrumentation");
const { AwsInstrumentation } = require("@opentelemetry/instrumentation-aws-sdk");

const exporter = new otel.InMemorySpanExporter();
const tracerProvider = new otel.NodeTracerProvider({
  spanProcessors: [new otel.SimpleSpanProcessor(exporter)],
});
registerInstrumentations({ tracerProvider, instrumentations: [new AwsInstrumentation()] });

const { InvokeCommand, LambdaClient } = require("@aws-sdk/client-lambda");

async function main() {
  const { fleetMesh } = await import("./fleet.ts");
  const mesh = await fleetMesh();
  const credentials = { accessKeyId: "AKIDTEST", secretAccessKey: "secret", sessionToken: "token" };
  const client = mesh.attach(
    new LambdaClient({ region: "eu-west-1", endpoint: process.argv[2], credentials }),
  );
  await client.send(new InvokeCommand({ FunctionName: "navigator" }));
  const spans = exporter.getFinishedSpans().map(({ name, attributes }) => ({ name, attributes }));
  process.stdout.write(JSON.stringify(spans), () => process.exit(0));
}

void main();
