// Reads a JSON list of YAML texts on stdin and prints what npm's yaml makes of each, as a JSON list.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const { parse } = createRequire(process.argv[2] + "/")("yaml");

const plain = (value) => {
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [String(key), plain(item)]));
  if (typeof value === "bigint") return Number(value);
  if (typeof value === "number" && !Number.isFinite(value)) return { "!": "number" };
  if (value === undefined) return null;
  if (value !== null && typeof value === "object") return { "!": value.constructor.name };
  return value;
};

const found = JSON.parse(readFileSync(0, "utf8")).map((text) => {
  try {
    return { value: plain(parse(text, { mapAsMap: true, merge: true, logLevel: "silent" })) };
  } catch (error) {
    return { error: error.name };
  }
});
process.stdout.write(JSON.stringify(found));
