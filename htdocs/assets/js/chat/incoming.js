// Handles the server's events, and connections that open or are refused.
import { keyOf } from "../base/message.js";

export function listen({ me, connection, conversations, outbox, receipts, typers, current, serverList, isRead }) {
  const on = (event, take) =>
    connection.addEventListener(`event:${event}`, ({ detail }) => {
      // A refusal also comes as an event; the code that has asked gets it by the callback.
      if (detail?.data) take(detail.data);
    });
  on("messages", (resource) => {
    const message = conversations.receive(resource, { advances: !outbox.wasResent(resource.lid), isRead });
    if (!message || message.mine) return;
    typers.end(message.peer);
    receipts.delivered(message.peer, message.id);
  });
  on("receipts", ({ receipt }) => conversations.receipt(receipt));
  on("typing", ({ typing }) => {
    if (keyOf(typing.sid) !== keyOf(me)) typers.hear(typing);
  });
  outbox.addEventListener("stored", ({ detail }) => conversations.receive(detail, { advances: false, isRead }));
  connection.addEventListener("refused", ({ detail }) => {
    if (detail.code !== 400) return;
    conversations.forgetPosition();
    connection.connect();
  });
  connection.addEventListener("state", () => {
    if (!connection.isOnline) return;
    serverList.load();
    current.resume();
  });
}
