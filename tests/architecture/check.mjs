// Runs checks: finds the project, counts, prints faults and the last line, which scripts/test adds up.
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const projectFolder = fileURLToPath(new URL("../..", import.meta.url));

/** All files below a folder of the project whose names match, as paths from the project's folder. */
export function filesBelow(folder, pattern) {
  const found = [];
  for (const entry of fs.readdirSync(path.join(projectFolder, folder), { withFileTypes: true })) {
    const name = `${folder}/${entry.name}`;
    if (entry.isDirectory()) found.push(...filesBelow(name, pattern));
    else if (pattern.test(entry.name)) found.push(name);
  }
  return found.sort();
}

export const textOf = (file) => fs.readFileSync(path.join(projectFolder, file), "utf8");

/** `checks` are pairs of a name and a function that returns the faults, one line each. */
export function run(checks) {
  let failed = 0;
  for (const [name, check] of checks) {
    const faults = check();
    if (faults.length === 0) continue;
    failed += 1;
    console.log(`${name}:`);
    for (const fault of faults) console.log(`  ${fault}`);
  }
  console.log(`${checks.length - failed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}
