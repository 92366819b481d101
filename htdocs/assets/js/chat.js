// The chat page: joins the connection, the conversations, the outbox and what is shown of them.
import { remembered } from "/assets/js/account.js";
import { Composer } from "/assets/js/composer.js";
import { Conversations } from "/assets/js/conversations.js";
import { byId, paintAvatar, toast } from "/assets/js/dom.js";
import { Log } from "/assets/js/log.js";
import { keyOf, messageFromOutbox, searchDocument } from "/assets/js/message.js";
import { Outbox } from "/assets/js/outbox.js";
import { connect, enter, leave } from "/assets/js/page.js";
import { People } from "/assets/js/people.js";
import { Refusal, explain } from "/assets/js/refusal.js";

const PageRows = 30;
const KnownAtOnce = 30;

function start(account) {
  const me = account.username;
  const conversations = new Conversations(me, remembered("conversations"));
  const connection = connect(account, () => conversations.since);
  const outbox = new Outbox(connection, remembered("outbox"));
  const to = byId("to");
  const chat = byId("chat");
  let open = null;
  let loading = null;
  let missing = null;

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
  });

  const isRead = (name) => keyOf(name) === open && document.visibilityState === "visible" && log.showsEnd;

  function messagesShown() {
    if (open === null) return [];
    const { messages } = conversations.at(open);
    const stored = new Set(messages.map(({ lid }) => lid));
    const waiting = outbox.entries.filter(({ rid, lid }) => keyOf(rid) === open && !stored.has(lid));
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
    people.show(conversations.list(), open);
    document.title = conversations.unread ? `(${conversations.unread}) Chat` : "Chat";
  }

  function openConversation(name) {
    const wanted = name.trim();
    chat.dataset.view = "talk";
    if (wanted && keyOf(wanted) === open) return;
    open = wanted ? keyOf(wanted) : null;
    missing = null;
    if (open !== null) {
      const conversation = conversations.at(wanted);
      to.value = conversation.name;
      conversations.markRead(wanted);
      if (!conversation.opened) loadPage(wanted, {});
    }
    paintAvatar(byId("peer-avatar"), to.value.trim());
    composer.complain("");
    render();
  }

  async function loadPage(name, position) {
    const key = keyOf(name);
    loading = key;
    try {
      await connection.whenOnline();
      const { data, meta } = await connection.request("msgsearch", searchDocument(me, name, { rows: PageRows, ...position }));
      conversations.addPage(name, data, meta.next);
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

  /** Fills in what is not remembered of the conversations of earlier visits: their last words. */
  async function fillList() {
    for (const { name, last } of conversations.list().slice(0, KnownAtOnce)) {
      if (last) continue;
      try {
        const { data } = await connection.request("msgsearch", searchDocument(me, name, { rows: 1 }));
        if (data[0]) conversations.setLast(name, data[0]);
      } catch {
        return; // The list is right without them; the next connection tries again.
      }
    }
  }

  function changed() {
    if (open !== null && isRead(open)) conversations.markRead(open);
  }

  let frame = 0;
  function renderSoon() {
    // A replay brings many at once; one drawing a frame is enough.
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      render();
    });
  }

  conversations.addEventListener("change", renderSoon);
  outbox.addEventListener("change", renderSoon);
  outbox.addEventListener("stored", ({ detail }) => conversations.receive(detail, { advances: false, isRead }));
  outbox.addEventListener("unauthenticated", () => leave("expired"));
  connection.addEventListener("event:messages", ({ detail }) => {
    if (!detail?.data) return; // A refusal: the one who asked hears of it by its callback.
    conversations.receive(detail.data, { advances: !outbox.wasResent(detail.data.lid), isRead });
  });
  connection.addEventListener("refused", ({ detail }) => {
    if (detail.code !== 400) return;
    conversations.forgetPosition();
    connection.connect();
  });
  connection.addEventListener("state", () => {
    if (!connection.isOnline) return;
    fillList();
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
