// A message as the pages use it, from the server's resource or from the outbox.

/** Names are compared without regard to case. */
export const keyOf = (name) => name.toLowerCase();

/** Ids are decimal strings that may exceed what a number holds. */
export function compareIds(a, b) {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}

/** Whether the user's own message was delivered or read, from the other user's positions; `null`: these are unknown. */
export function receiptOf(id, positions) {
  if (!positions || id === null || compareIds(id, positions.delivered) > 0) return "sent";
  return compareIds(id, positions.read) > 0 ? "delivered" : "read";
}

/** Null for a document that isn't a message. */
export function messageFromResource(resource, me) {
  const body = resource?.message;
  if (resource?.type !== "msg" || typeof resource.id !== "string" || !body) return null;
  const mine = keyOf(String(body.sid)) === keyOf(me);
  return {
    id: resource.id,
    lid: typeof resource.lid === "string" ? resource.lid : null,
    mine,
    sender: String(body.sid),
    receiver: String(body.rid),
    peer: mine ? String(body.rid) : String(body.sid),
    text: typeof body.message_data === "string" ? body.message_data : "",
    date: new Date(body.date),
    attributes: body.attributes && typeof body.attributes === "object" ? body.attributes : {},
    state: "sent",
  };
}

export function messageFromOutbox(entry, me) {
  return {
    id: null,
    lid: entry.lid,
    mine: true,
    sender: me,
    receiver: entry.rid,
    peer: entry.rid,
    text: entry.text,
    date: new Date(entry.date),
    attributes: entry.attributes,
    state: entry.state,
    error: entry.error,
    retryAt: entry.retryAt,
  };
}

/** The document of a message to be sent. */
export function messageDocument(entry) {
  const message = { rid: entry.rid, message_data: entry.text };
  if (Object.keys(entry.attributes).length > 0) message.attributes = entry.attributes;
  return { data: { type: "msg", lid: entry.lid, message } };
}

/** Without a `peer`: of all one's own messages. */
export function searchDocument(me, peer, meta) {
  if (!peer) return { meta, data: { type: "msg" } };
  return { meta, data: { type: "msg", message: { sid: me, rid: peer } } };
}

/** A message in one line: its text, or the kind of its attachment. */
export function summary({ text, attributes }) {
  return text.trim() || (attributes.video ? "Video" : attributes.image ? "Image" : "…");
}
