// The chat page: joins the connection, the conversations, the outbox and what is shown of them.
import { remembered } from "/assets/js/account.js";
import { Composer } from "/assets/js/composer.js";
import { Conversations } from "/assets/js/conversations.js";
import { byId, paintAvatar, toast } from "/assets/js/dom.js";
import { Log } from "/assets/js/log.js";
import { keyOf, messageFromOutbox, receiptOf, searchDocument } from "/assets/js/message.js";
import { Outbox } from "/assets/js/outbox.js";
import { connect, enter, leave } from "/assets/js/page.js";
import { People } from "/assets/js/people.js";
import { Presence } from "/assets/js/presence.js";
import { Receipts } from "/assets/js/receipts.js";
import { Refusal, explain } from "/assets/js/refusal.js";
import { Typers, TypingSignal } from "/assets/js/typing.js";

const PageRows = 30;
const ListRows = 30;
const NearTheEnd = 200;

function start(account) {
  const me = account.username;
  const conversations = new Conversations(me, remembered("conversations"));
  const connection = connect(account, () => conversations.since);
  const outbox = new Outbox(connection, remembered("outbox"));
  const receipts = new Receipts(connection, (receipt) => conversations.receipt(receipt));
  const presence = new Presence(connection);
  const typers = new Typers();
  const typing = new TypingSignal(connection);
  const to = byId("to");
  const chat = byId("chat");
  let open = null;
  let loading = null;
  let missing = null;
  let listNext = null;
  let listing = false;

  const log = new Log(loadEarlier, (message) => ({
    retry: () => outbox.retry(message.lid),
    remove: () => outbox.remove(message.lid),
  }));
  const people = new People((name) => {
    openConversation(name);
    composer.focus();
  });
  const composer = new Composer(({ rid, text, attributes }) => {
    openConversation(rid);
    outbox.add({ rid, text, attributes });
    typing.sent();
  });

  const isRead = (name) => keyOf(name) === open && document.visibilityState === "visible" && log.showsEnd;

  function messagesShown() {
    if (open === null) return [];
    const { messages, peers } = conversations.at(open);
    const stored = new Set(messages.map(({ lid }) => lid));
    const waiting = outbox.entries.filter(({ rid, lid }) => keyOf(rid) === open && !stored.has(lid));
    for (const message of messages) message.receipt = open === keyOf(me) ? "read" : receiptOf(message.id, peers);
    return [...messages, ...waiting.map((entry) => messageFromOutbox(entry, me))];
  }

  function emptyText(shown) {
    if (open === null) return "Choose a chat, or write somebody’s name above.";
    if (missing === open) return `Nobody here is called ${to.value.trim()}.`;
    if (loading) return "Loading…";
    return shown.length ? "" : `Nothing yet. Write the first words to ${to.value.trim()}.`;
  }

  function render() {
    const shown = messagesShown();
    const conversation = open === null ? null : conversations.at(open);
    log.show(open, shown, { more: Boolean(conversation?.next), announce: !loading });
    byId("empty").hidden = shown.length > 0;
    byId("empty-text").textContent = emptyText(shown);
    const list = conversations.list();
    people.show(list, open, { isOnline: (name) => presence.of(name)?.online === true, isTyping: (name) => typers.has(name) });
    presence.watch([...(open === null || missing === open ? [] : [conversation.name]), ...list.map(({ name }) => name)]);
    renderPeer(conversation);
    document.title = conversations.unread ? `(${conversations.unread}) Chat` : "Chat";
  }

  function renderPeer(conversation) {
    const isTyping = conversation !== null && typers.has(conversation.name);
    const state = byId("peer-state");
    state.textContent = conversation === null || conversation.key === keyOf(me) ? "" : isTyping ? "typing…" : presence.textOf(conversation.name);
    state.dataset.online = String(conversation !== null && presence.of(conversation.name)?.online === true);
    state.dataset.typing = String(isTyping);
    const writing = byId("writing");
    if (writing.hidden === isTyping) {
      writing.hidden = !isTyping;
      log.keepEnd();
    }
  }

  function openConversation(name) {
    const wanted = name.trim();
    chat.dataset.view = "talk";
    if (wanted && keyOf(wanted) === open) return;
    typing.stopped();
    open = wanted ? keyOf(wanted) : null;
    missing = null;
    if (open !== null) {
      const conversation = conversations.at(wanted);
      to.value = conversation.name;
      if (!conversation.opened) loadPage(wanted, {});
    }
    paintAvatar(byId("peer-avatar"), to.value.trim());
    composer.complain("");
    render();
    changed();
  }

  async function loadPage(name, position) {
    const key = keyOf(name);
    loading = key;
    try {
      await connection.whenOnline();
      const { data, meta } = await connection.request("msgsearch", searchDocument(me, name, { rows: PageRows, ...position }));
      conversations.addPage(name, data, meta.next);
      askPeers(conversations.at(name));
    } catch (error) {
      if (key === open) showLoadError(error, key);
    } finally {
      if (loading === key) loading = null;
      render();
    }
  }

  function showLoadError(error, key) {
    if (error instanceof Refusal && error.code === 404) missing = key;
    else if (error instanceof Refusal && error.code === 401) leave("expired");
    else composer.complain(explain(error));
  }

  function loadEarlier() {
    const conversation = open === null ? null : conversations.at(open);
    if (!conversation?.next || loading) return;
    loadPage(conversation.name, { before: conversation.next });
  }

  /** How far the other has come, where the list hasn't said it. */
  async function askPeers(conversation) {
    if (conversation.peers || conversation.newestId === null) return;
    await ask("receipts", { data: { type: "receipt", receipt: { sid: conversation.name, rid: me } } }, ({ data }) => conversations.receipt(data.receipt));
  }

  async function loadList(before) {
    if (listing) return;
    listing = true;
    await ask("conversations", { meta: { rows: ListRows, before }, data: { type: "conversation" } }, ({ data, meta }) => {
      conversations.addList(data, isRead);
      listNext = meta.next ?? null;
      tellDelivered(data);
    });
    listing = false;
  }

  /** What a server without that plugin doesn't know, the page does without; the next connection tries again. */
  async function ask(event, document, take) {
    try {
      take(await connection.request(event, document));
    } catch (error) {
      if (error instanceof Refusal && error.code === 401) leave("expired");
    }
  }

  function tellDelivered(resources) {
    for (const { conversation } of resources) {
      if (keyOf(conversation.last.message.sid) !== keyOf(me)) receipts.delivered(conversation.rid, conversation.last.id);
    }
  }

  function changed() {
    if (open === null || !isRead(open)) return;
    const { name } = conversations.at(open);
    const readTo = conversations.markRead(open);
    if (readTo !== null && keyOf(name) !== keyOf(me)) receipts.read(name, readTo);
  }

  let frame = 0;
  function renderSoon() {
    // A replay brings many at once; one drawing a frame is enough.
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      render();
      changed();
    });
  }

  conversations.addEventListener("change", renderSoon);
  outbox.addEventListener("change", renderSoon);
  presence.addEventListener("change", renderSoon);
  typers.addEventListener("change", renderSoon);
  outbox.addEventListener("stored", ({ detail }) => conversations.receive(detail, { advances: false, isRead }));
  outbox.addEventListener("unauthenticated", () => leave("expired"));
  connection.addEventListener("event:messages", ({ detail }) => {
    if (!detail?.data) return; // A refusal: the one who asked hears of it by its callback.
    const message = conversations.receive(detail.data, { advances: !outbox.wasResent(detail.data.lid), isRead });
    if (!message || message.mine) return;
    typers.end(message.peer);
    receipts.delivered(message.peer, message.id);
  });
  connection.addEventListener("event:receipts", ({ detail }) => {
    if (detail?.data) conversations.receipt(detail.data.receipt);
  });
  connection.addEventListener("event:typing", ({ detail }) => {
    if (detail?.data && keyOf(detail.data.typing.sid) !== keyOf(me)) typers.hear(detail.data.typing);
  });
  connection.addEventListener("refused", ({ detail }) => {
    if (detail.code !== 400) return;
    conversations.forgetPosition();
    connection.connect();
  });
  connection.addEventListener("state", () => {
    if (!connection.isOnline) return;
    loadList();
    const conversation = open === null ? null : conversations.at(open);
    if (conversation && !conversation.opened && !loading) loadPage(conversation.name, {});
  });

  to.addEventListener("change", () => openConversation(to.value));
  to.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    openConversation(to.value);
    composer.focus();
  });
  byId("new-chat").addEventListener("click", () => {
    to.value = "";
    openConversation("");
    to.focus();
  });
  byId("back").addEventListener("click", () => {
    chat.dataset.view = "list";
    open = null;
    to.value = "";
    render();
  });
  byId("people").addEventListener("scroll", ({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) => {
    if (listNext !== null && scrollHeight - scrollTop - clientHeight < NearTheEnd) loadList(listNext);
  });
  byId("text").addEventListener("input", ({ currentTarget }) => {
    if (open === null || missing === open || keyOf(to.value.trim()) === keyOf(me)) return;
    if (currentTarget.value.trim()) typing.typed(conversations.at(open).name);
    else typing.stopped();
  });
  byId("text").addEventListener("blur", () => typing.stopped());
  byId("scroll").addEventListener("scroll", changed);
  document.addEventListener("visibilitychange", changed);

  const wanted = new URLSearchParams(location.search).get("with");
  if (wanted) {
    to.value = wanted;
    openConversation(wanted);
  }
  if (sessionStorage.getItem("chat.created")) {
    sessionStorage.removeItem("chat.created");
    toast(`The account ${me} was created. Welcome!`);
  }
  render();
}

const account = enter();
if (account) start(account);
