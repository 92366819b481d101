/**
 * Asks a plugin that the server may not have. If it refuses or is unreachable, the page goes on without the answer, and
 * the next connection asks again.
 */
export async function askIfServed(connection, event, document, take) {
  try {
    take(await connection.request(event, document));
  } catch {
    // The page works without it.
  }
}
