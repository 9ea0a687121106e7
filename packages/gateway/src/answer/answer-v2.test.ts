import { isTulleError } from "@tulle/core/errors";
import { expect, test } from "vitest";
import { readAnswer } from "./answer-v2.ts";

const read = (value: unknown) => {
  const answer = readAnswer(Buffer.from(JSON.stringify(value)));
  return { ...answer, body: Buffer.from(answer.body).toString() };
};

const codeOf = (bytes: string): string => {
  try {
    readAnswer(Buffer.from(bytes));
    return "none";
  } catch (error) {
    return isTulleError(error) ? error.code : String(error);
  }
};

test("takes a response as it is, without the headers that belong to the connection", () => {
  const answer = read({
    statusCode: 201,
    headers: { "X-Mission": "m1", "Content-Length": "3", Connection: "close", "x-count": 3 },
    cookies: ["a=1; Path=/", "b=2"],
    body: "made",
  });
  expect(answer).toEqual({
    status: 201,
    headers: [
      ["X-Mission", "m1"],
      ["x-count", "3"],
      ["content-type", "text/plain; charset=utf-8"],
    ],
    cookies: ["a=1; Path=/", "b=2"],
    body: "made",
  });
});

test("decodes a base64 body", () => {
  expect(read({ statusCode: 200, body: "aGk=", isBase64Encoded: true }).body).toBe("hi");
});

test("answers a bare value with 200 and the value as JSON", () => {
  for (const value of [{ robots: 3 }, [1, 2], "text", 7, true, null])
    expect(read(value)).toEqual({
      status: 200,
      headers: [["content-type", "application/json"]],
      cookies: [],
      body: JSON.stringify(value),
    });
});

test("refuses what only looks like a response", () => {
  const broken = [
    { statusCode: 99 },
    { statusCode: 101 },
    { statusCode: 600 },
    { statusCode: "ok" },
    { statusCode: 200.5 },
    { statusCode: 200, body: { a: 1 } },
    { statusCode: 200, headers: "x" },
    { statusCode: 200, headers: { "bad name": "x" } },
    { statusCode: 200, headers: { split: "a\r\nset-cookie: b" } },
    { statusCode: 200, headers: { list: ["a"] } },
    { statusCode: 200, cookies: "a=1" },
    { statusCode: 200, cookies: ["a\n"] },
  ];
  for (const value of broken) expect([value, codeOf(JSON.stringify(value))]).toEqual([value, "TULLE5008"]);
  expect(codeOf("{nope")).toBe("TULLE5008");
});
