import type { SdkClient, SdkCommand, SdkStack } from "./sdk.ts";

/**
 * Which operation a command is, by a name that minification cannot touch.
 *
 * The class name `InvokeCommand` is gone from a minified bundle. The model's own word survives as a string:
 * in the operation schema that newer commands carry, and in the execution context that every command has
 * handed to its middleware stack since 2020. The second is asked once per class, by letting the command
 * resolve against a stack that only listens.
 */
export function operationOf(command: SdkCommand, client: SdkClient): string {
  const { schema } = command.clientCommand ?? command;
  if (Array.isArray(schema) && typeof schema[2] === "string") return schema[2];
  const known = operations.get(command.constructor);
  if (known !== undefined) return known;
  const operation = askContext(command, client);
  operations.set(command.constructor, operation);
  return operation;
}

const operations = new WeakMap<object, string>();

/** Empty for a command that does not say. */
function askContext(command: SdkCommand, client: SdkClient): string {
  let name: unknown;
  const listener = {
    concat: () => listener,
    resolve: (_handler: unknown, context: Readonly<Record<string, unknown>>) => {
      name = context["commandName"];
      return () => Promise.reject(new Error("this stack only listens"));
    },
  };
  try {
    const asked = Object.create(command, { middlewareStack: { value: command.middlewareStack.clone() } });
    asked.resolveMiddleware(listener as unknown as SdkStack, client.config, {});
  } catch {
    return "";
  }
  return typeof name === "string" ? name.replace(/Command$/, "") : "";
}
