// The chat page: creates its parts and connects them.
import { byId, toast } from "./base/dom.js";
import { onNewDay } from "./base/midnight.js";
import { Composer } from "./chat/composer.js";
import { listenToChoice, listenToReading, listenToTyping } from "./chat/controls.js";
import { Conversations } from "./chat/conversations.js";
import { Current } from "./chat/current.js";
import { Drafts } from "./chat/drafts.js";
import { listen } from "./chat/incoming.js";
import { Log } from "./chat/log.js";
import { Outbox } from "./chat/outbox.js";
import { People } from "./chat/people.js";
import { keepPlace, placeBefore } from "./chat/place.js";
import { Presence } from "./chat/presence.js";
import { Reading } from "./chat/reading.js";
import { Receipts } from "./chat/receipts.js";
import { ServerList } from "./chat/serverlist.js";
import { Typers, TypingSignal } from "./chat/typing.js";
import { View } from "./chat/view.js";
import { memoryOf } from "./session/account.js";
import { connect, enter } from "./session/page.js";
import { explain } from "./session/refusal.js";

/** The chat's data, kept up to date by the server. */
function makeModel(account) {
  const me = account.username;
  const memory = memoryOf(account);
  const conversations = new Conversations(me, memory);
  const connection = connect(account, () => conversations.since);
  return {
    me,
    memory,
    conversations,
    connection,
    outbox: new Outbox(connection, memory, account.id),
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
  const send = (message) => {
    outbox.add(message);
    typing.sent();
  };
  // The field "To" may have another name than the open conversation: then that person's conversation is opened, and its
  // draft replaces the text.
  const composer = new Composer(() => open(byId("to").value), send);
  const view = new View({ ...model, log, people });
  const reading = new Reading({ ...model, log });

  function open(name) {
    view.turnTo("talk");
    current.open(name);
  }
  new Drafts({ memory: model.memory, composer, current });
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
  onNewDay(() => page.view.render());
  const wanted = placeBefore(account);
  keepPlace(account, model.current);
  if (wanted) {
    byId("to").value = wanted;
    page.open(wanted);
  }
  greet(account.username);
  page.view.render();
}

const account = enter();
if (account) start(account);
