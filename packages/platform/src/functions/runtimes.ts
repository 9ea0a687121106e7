import { invalidParameter } from "../api/errors.ts";

/**
 * Runtimes that Lambda names in its refusal of an unknown one, in its order. Source: recorded answer,
 * November 2025.
 */
const runtimes = [
  "nodejs20.x, python3.14, provided.al2023, python3.12, python3.13, nodejs24.x, nodejs22.x, java25",
  "python3.10, python3.11, java21, ruby3.3, ruby3.4, ruby3.2, python3.8, python3.9, java17, nodejs16.x",
  "dotnet10, dotnet8, java11, dotnet6, nodejs18.x, provided.al2, java8.al2",
].join(", ");

const supported: ReadonlySet<string> = new Set(runtimes.split(", "));

const retired: ReadonlySet<string> = new Set(
  (
    "nodejs nodejs4.3 nodejs4.3-edge nodejs6.10 nodejs8.10 nodejs10.x nodejs12.x nodejs14.x " +
    "python2.7 python3.6 python3.7 dotnetcore1.0 dotnetcore2.0 dotnetcore2.1 dotnetcore3.1 dotnet5.0 " +
    "dotnet7 go1.x java8 ruby2.5 ruby2.7 provided"
  ).split(" "),
);

/**
 * Refuses a runtime that Lambda does not create functions for. Which of them can run here, the executor says.
 */
export function checkRuntime(runtime: string): void {
  if (supported.has(runtime)) return;
  if (retired.has(runtime)) {
    throw invalidParameter(
      `The runtime parameter of ${runtime} is no longer supported for creating or updating ` +
        "AWS Lambda functions. We recommend you use a supported runtime " +
        "while creating or updating functions.",
    );
  }
  throw invalidParameter(
    `Value ${runtime} at 'runtime' failed to satisfy constraint: ` +
      `Member must satisfy enum value set: [${runtimes}] or be a valid ARN`,
  );
}
