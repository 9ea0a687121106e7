/** What the fresh processes run: import, client, first call. Source text: each is a bundle of its own. */
import { CALLEE, PAYLOAD } from "../invoke-cpu/setting.ts";

const sdk = (functionName: string): string => `
  const command = new InvokeCommand({ FunctionName: "${functionName}", Payload: ${JSON.stringify(PAYLOAD)} });
  export const first = client.send(command).then(({ Payload }) => JSON.parse(Payload.transformToString()));`;

const importSdk = 'import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";';

export const functions: Readonly<Record<string, string>> = {
  "bare SDK v3": `${importSdk} const client = new LambdaClient({}); ${sdk("fn-navigator")}`,
  invoke: `
    import { invoke } from "@tulle/runtime";
    export const first = invoke("${CALLEE}", ${PAYLOAD});`,
  "SDK v3, attached": `
    import { attach } from "@tulle/runtime"; ${importSdk}
    const client = attach(new LambdaClient({})); ${sdk(CALLEE)}`,
  "SDK v3 under the preload": `${importSdk} const client = new LambdaClient({}); ${sdk(CALLEE)}`,
};
