/**
 * Asks a plugin that a server may do without. If it refuses or is unreachable, the page goes on without the answer, and the
 * next connection asks again.
 */
export async function askIfServed(connection, event, document, take) {
  try {
    take(await connection.request(event, document));
  } catch {
    // Nothing is missing that the page couldn't be used without.
  }
}
