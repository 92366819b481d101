// docs/protocol.md promises nothing without a test: every row of its tables names at least one, and each named test
// must exist. A reference is [file › name of the test]; for CppUnit the registered name, for Node's runner the name as
// written, with `${…}` for the values that a loop inserts.
import fs from "node:fs";
import path from "node:path";
import { projectFolder, run, textOf } from "./check.mjs";

const Document = "docs/protocol.md";
const Reference = /\[([^\]›]+) › ([^\]]+)\]/g;

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Whether a test file has a test of that name. */
function hasTest(file, text, name) {
  if (/\.(cpp|h)$/.test(file)) return new RegExp(`\\bCPPUNIT_TEST\\(${escaped(name)}\\)`).test(text);
  for (const [, , literal] of text.matchAll(/\btest\((["'`])((?:\\.|(?!\1).)*)\1/g)) {
    const pattern = literal.replace(/\\(.)/g, "$1").split(/\$\{[^}]*\}/).map(escaped).join(".+");
    if (new RegExp(`^${pattern}$`).test(name)) return true;
  }
  return false;
}

function faultOf(file, name) {
  const shown = `[${file} › ${name}]`;
  if (!fs.existsSync(path.join(projectFolder, "tests", file))) return `${shown}: there is no file tests/${file}`;
  return hasTest(file, textOf(`tests/${file}`), name) ? null : `${shown}: tests/${file} has no test of that name`;
}

const lines = textOf(Document).split("\n");
/** The rows of the tables, without the header rows, with their line numbers. */
const rows = lines
  .map((line, index) => [index + 1, line])
  .filter(([number, line]) => line.startsWith("|") && !/^\|[\s|:-]+\|$/.test(line) && !/^\|[\s|:-]+\|$/.test(lines[number] ?? ""));

run([
  [
    "the check finds what it is for",
    () => {
      const text = 'CPPUNIT_TEST(one);\ntest("two", () => {});\n  test(`${page} is a page`, () => {});\n';
      const cases = [["A.cpp", "one", true], ["A.cpp", "on", false], ["a.mjs", "two", true], ["a.mjs", "tw", false], ["a.mjs", "/login is a page", true], ["a.mjs", "is a page", false]];
      return cases.filter(([file, name, there]) => hasTest(file, text, name) !== there).map(([, name]) => name);
    },
  ],
  [
    "every statement names a test",
    () => {
      if (rows.length < 20) return [`only ${rows.length} statements were found`];
      return rows.filter(([, line]) => !line.match(Reference)).map(([number, line]) => `${Document}:${number}: ${line.slice(0, 80)}`);
    },
  ],
  [
    "every test that is named exists",
    () => lines.flatMap((line, index) => [...line.matchAll(Reference)].map(([, file, name]) => faultOf(file, name)).filter(Boolean).map((fault) => `${Document}:${index + 1}: ${fault}`)),
  ],
]);
