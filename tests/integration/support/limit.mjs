// Loaded before each test file (scripts/lib/sections.sh): ends one that doesn't end by itself, for example because a
// failed test has left something open. Otherwise the files after it would never run.
const Seconds = 300;

if (process.env.NODE_TEST_CONTEXT) {
  setTimeout(() => {
    console.error(`this file has not ended after ${Seconds} s; open: ${process.getActiveResourcesInfo().join(", ")}`);
    process.exit(1);
  }, Seconds * 1000).unref();
}
