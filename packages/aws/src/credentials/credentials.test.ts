import { describe, expect, it } from "vitest";
import {
  type ContainerRequest,
  containerEndpoint,
  createCredentialsProvider,
  environmentCredentials,
  readContainerAnswer,
} from "./index.ts";

describe("environmentCredentials", () => {
  it("reads temporary and lasting keys", () => {
    const keys = { AWS_ACCESS_KEY_ID: "AKID", AWS_SECRET_ACCESS_KEY: "secret" };
    expect(environmentCredentials(keys)).toEqual({ accessKeyId: "AKID", secretAccessKey: "secret" });
    expect(environmentCredentials({ ...keys, AWS_SESSION_TOKEN: "token" })).toEqual({
      accessKeyId: "AKID",
      secretAccessKey: "secret",
      sessionToken: "token",
    });
  });

  it.each([{}, { AWS_ACCESS_KEY_ID: "AKID" }, { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "secret" }])(
    "finds no keys in %j",
    (environment) => {
      expect(environmentCredentials(environment)).toBeNull();
    },
  );
});

describe("containerEndpoint", () => {
  it("prefers the relative address and the token's file", () => {
    expect(
      containerEndpoint({
        AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "/v2/credentials",
        AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://127.0.0.1:9/",
        AWS_CONTAINER_AUTHORIZATION_TOKEN: "token",
        AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: "/run/token",
      }),
    ).toEqual({
      kind: "request",
      url: "http://169.254.170.2/v2/credentials",
      authorization: null,
      authorizationFile: "/run/token",
    });
  });

  it("cannot be turned away from its host by a relative address", () => {
    const { url } = containerEndpoint({
      AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "@evil.example/x",
    }) as ContainerRequest;
    expect(new URL(url).hostname).toBe("169.254.170.2");
  });

  it.each([
    "http://127.0.0.1:9001/2021-04-23/credentials",
    "http://localhost/x",
    "http://[::1]:80/",
    "http://169.254.170.23/v1/credentials",
    "http://[fd00:ec2::23]/v1/credentials",
    "https://keys.example/",
  ])("asks %s", (url) => {
    expect(containerEndpoint({ AWS_CONTAINER_CREDENTIALS_FULL_URI: url })).toMatchObject({
      kind: "request",
      url,
    });
  });

  it.each([
    "http://keys.example/",
    "http://127.0.0.1.evil.example/",
    "http://169.254.169.254/",
    "file:///etc/passwd",
    "127.0.0.1",
  ])("refuses %s", (url) => {
    expect(containerEndpoint({ AWS_CONTAINER_CREDENTIALS_FULL_URI: url })).toMatchObject({ kind: "refused" });
  });

  it("refuses a token that would break out of its header", () => {
    const environment = {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://127.0.0.1/",
      AWS_CONTAINER_AUTHORIZATION_TOKEN: "a\r\nx: y",
    };
    expect(containerEndpoint(environment)).toMatchObject({ kind: "refused" });
  });
});

describe("readContainerAnswer", () => {
  it.each([
    [500, "{}"],
    [200, "not json"],
    [200, "null"],
    [200, '{"AccessKeyId":"A"}'],
    [200, '{"AccessKeyId":1,"SecretAccessKey":2}'],
  ])("finds no keys in %i %s", (status, body) => {
    expect(readContainerAnswer(status, body)).toBeNull();
  });
});

describe("createCredentialsProvider", () => {
  const environment = { AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://127.0.0.1:9001/credentials" };
  const answerUntil = (expiresAtMs: number, id = "ASIA") => ({
    status: 200,
    body: JSON.stringify({
      AccessKeyId: id,
      SecretAccessKey: "secret",
      Token: "token",
      Expiration: new Date(expiresAtMs).toISOString(),
    }),
  });
  const HOUR_MS = 3_600_000;

  it("takes the environment's keys and asks nobody", async () => {
    const provide = createCredentialsProvider({
      environment: { ...environment, AWS_ACCESS_KEY_ID: "AKID", AWS_SECRET_ACCESS_KEY: "secret" },
      fetch: () => Promise.reject(new Error("asked")),
    });
    expect(await provide(0)).toMatchObject({ kind: "credentials", credentials: { accessKeyId: "AKID" } });
  });

  it("asks once for all who wait, and again five minutes before the end", async () => {
    const asked: string[] = [];
    const provide = createCredentialsProvider({
      environment,
      fetch: async ({ url }) => answerUntil(HOUR_MS * asked.push(url), `ASIA${asked.length}`),
    });
    const ids = (await Promise.all([provide(0), provide(0), provide(1)])).map((given) =>
      given.kind === "credentials" ? given.credentials.accessKeyId : given.message,
    );
    expect(ids).toEqual(["ASIA1", "ASIA1", "ASIA1"]);
    expect(await provide(HOUR_MS - 300_001)).toMatchObject({ credentials: { accessKeyId: "ASIA1" } });
    expect(await provide(HOUR_MS - 300_000)).toMatchObject({
      credentials: { accessKeyId: "ASIA2", sessionToken: "token" },
    });
    expect(asked).toEqual([
      environment.AWS_CONTAINER_CREDENTIALS_FULL_URI,
      environment.AWS_CONTAINER_CREDENTIALS_FULL_URI,
    ]);
  });

  it("goes on with keys that still hold when the endpoint fails, and says why when none hold", async () => {
    let calls = 0;
    const provide = createCredentialsProvider({
      environment,
      fetch: () =>
        calls++ === 0 ? Promise.resolve(answerUntil(HOUR_MS)) : Promise.reject(new Error("refused")),
    });
    await provide(0);
    expect(await provide(HOUR_MS - 1)).toMatchObject({ kind: "credentials" });
    expect(await provide(HOUR_MS)).toEqual({
      kind: "unavailable",
      message: "the container credentials endpoint could not be asked: refused",
    });
  });

  it("says what is missing where nothing is set", async () => {
    const provide = createCredentialsProvider({
      environment: {},
      fetch: () => Promise.reject(new Error("asked")),
    });
    expect(await provide(0)).toMatchObject({
      kind: "unavailable",
      message: expect.stringContaining("AWS_ACCESS_KEY_ID"),
    });
  });
});
