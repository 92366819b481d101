// The chat page: makes its parts and joins them.
import { byId, toast } from "./base/dom.js";
import { Composer } from "./chat/composer.js";
import { listenToChoice, listenToReading, listenToTyping } from "./chat/controls.js";
import { Conversations } from "./chat/conversations.js";
import { Current } from "./chat/current.js";
import { listen } from "./chat/incoming.js";
import { Log } from "./chat/log.js";
import { Outbox } from "./chat/outbox.js";
import { People } from "./chat/people.js";
import { Presence } from "./chat/presence.js";
import { Reading } from "./chat/reading.js";
import { Receipts } from "./chat/receipts.js";
import { ServerList } from "./chat/serverlist.js";
import { Typers, TypingSignal } from "./chat/typing.js";
import { View } from "./chat/view.js";
import { remembered } from "./session/account.js";
import { connect, enter } from "./session/page.js";
import { explain } from "./session/refusal.js";

/** What is known of the chat, kept up to date by the server. */
function makeModel(account) {
  const me = account.username;
  const conversations = new Conversations(me, remembered("conversations"));
  const connection = connect(account, () => conversations.since);
  return {
    me,
    conversations,
    connection,
    outbox: new Outbox(connection, remembered("outbox")),
    receipts: new Receipts(connection, (receipt) => conversations.receipt(receipt)),
    presence: new Presence(connection),
    typers: new Typers(),
    typing: new TypingSignal(connection),
    current: new Current(me, conversations, connection),
  };
}

function makePage(model) {
  const { outbox, current, typing } = model;
  const log = new Log(
    () => current.loadEarlier(),
    ({ lid }) => ({ retry: () => outbox.retry(lid), remove: () => outbox.remove(lid) }),
  );
  const people = new People((name) => {
    open(name);
    composer.focus();
  });
  const composer = new Composer(({ rid, text, attributes }) => {
    open(rid);
    outbox.add({ rid, text, attributes });
    typing.sent();
  });
  const view = new View({ ...model, log, people });
  const reading = new Reading({ ...model, log });

  function open(name) {
    view.turnTo("talk");
    current.open(name);
  }
  current.addEventListener("open", () => {
    typing.stopped();
    composer.complain("");
    view.opened();
    reading.tell();
  });
  current.addEventListener("problem", ({ detail }) => composer.complain(explain(detail)));
  view.afterwards(() => reading.tell());
  return { composer, view, reading, open };
}

function greet(me) {
  if (!sessionStorage.getItem("chat.created")) return;
  sessionStorage.removeItem("chat.created");
  toast(`The account ${me} was created. Welcome!`);
}

function start(account) {
  const model = makeModel(account);
  const page = makePage(model);
  const isRead = (name) => page.reading.isRead(name);
  const serverList = new ServerList({ ...model, isRead });
  listen({ ...model, serverList, isRead });
  listenToChoice({ ...model, ...page });
  listenToTyping(model);
  listenToReading({ ...page, serverList });
  const wanted = new URLSearchParams(location.search).get("with");
  if (wanted) {
    byId("to").value = wanted;
    page.open(wanted);
  }
  greet(account.username);
  page.view.render();
}

const account = enter();
if (account) start(account);
