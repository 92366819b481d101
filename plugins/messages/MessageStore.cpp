// How a message is stored. Both users' rows in `account` are locked first, then the message gets its id: all other
// writers of messages to or from one of the two wait, on every server, so that for each user ids grow in the order of
// commits, and a message read by position is never followed by one with a lower id. The locks are always taken in the
// order of the names' index. SQLite has one writer at a time and needs no locks.
//
// A repeated `lid` is found by its unique key when the insert fails; looking it up first would cost a statement for
// every message, and two simultaneous repeats would both find nothing.
#include "messages/MessageStore.h"

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>
#include <Poco/Nullable.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "plugin/api/AppError.h"
#include "support/MessageRows.h"
#include "support/SqlWords.h"
#include "support/Text.h"

namespace chat::messages {

using namespace Poco::Data::Keywords;

namespace {

struct Party {
  Poco::UInt64 id = 0;
  std::string name;
  std::string key;
  Poco::Int64 lastMessageAt = 0;
};

Poco::Nullable<std::string> nullable(const std::optional<std::string>& text) {
  return text ? Poco::Nullable<std::string>(*text) : Poco::Nullable<std::string>();
}

/// The message is the newest one of both accounts, of the conversation, and in its members' lists.
void noteNewest(Poco::Data::Session& session, support::Pair pair, Poco::UInt64 conversation, Poco::UInt64 sender,
                Poco::UInt64 id, Poco::Int64 date) {
  Poco::Data::Statement updateAccounts(session);
  updateAccounts << "UPDATE account SET last_message_at = ?, last_message_id = ? WHERE id IN (?, ?)", use(date),
      use(id), use(pair.lo), use(pair.hi);
  updateAccounts.execute();
  Poco::Data::Statement updateConversation(session);
  updateConversation << "UPDATE conversation SET message_count = message_count + 1, last_message_id = ? WHERE id = ?",
      use(id), use(conversation);
  updateConversation.execute();
  Poco::Data::Statement updateMembers(session);
  updateMembers << "UPDATE member SET last_message_id = ?,"
                   " sent_count = sent_count + CASE WHEN account_id = ? THEN 1 ELSE 0 END WHERE conversation_id = ?",
      use(id), use(sender), use(conversation);
  updateMembers.execute();
}

/// Nothing if the text equals its folded form: the search then compares the text itself.
Poco::Nullable<std::string> foldedUnlessSame(const std::string& text) {
  std::string folded = support::foldCase(text);
  return folded == text ? Poco::Nullable<std::string>() : Poco::Nullable<std::string>(std::move(folded));
}

}  // namespace

struct MessageStore::Parties {
  Party sender;
  Party receiver;
};

MessageStore::Added MessageStore::add(const NewMessage& message, support::Millis now, const Committed& committed) {
  if (!message.lid) return addOnce(message, now, committed);
  try {
    Added added = addOrFind(message, now, committed);
    _unknown.forget(message.senderId, *message.lid);
    return added;
  } catch (const data::CommitInDoubt&) {
    _unknown.remember(message.senderId, *message.lid);
    throw;
  } catch (const data::Unavailable& error) {
    // This attempt has stored nothing, but an earlier one may have.
    if (_unknown.has(message.senderId, *message.lid)) throw data::CommitInDoubt(error.what());
    throw;
  }
}

MessageStore::Added MessageStore::addOrFind(const NewMessage& message, support::Millis now,
                                            const Committed& committed) {
  constexpr int Attempts = 3;
  for (int attempt = 0; attempt < Attempts; ++attempt) {
    try {
      return addOnce(message, now, committed);
    } catch (const data::DuplicateKey&) {
      // There is a message with that lid, committed or not.
    }
    try {
      if (auto stored = findByLid(message.senderId, *message.lid)) return {std::move(*stored), 0, true};
      // The other transaction with it was rolled back, so it can be stored now.
    } catch (const data::Unavailable& error) {
      throw data::CommitInDoubt(error.what());
    }
  }
  throw data::Unavailable("a message with this lid is being stored again and again");
}

// The commit may outlive this call while its result isn't known, so it owns all its data.
MessageStore::Added MessageStore::addOnce(const NewMessage& message, support::Millis now, const Committed& committed) {
  struct Commit {
    NewMessage message;
    Committed committed;
    Added added{};
  };
  const auto commit = std::make_shared<Commit>(Commit{message, committed});
  _database.commitTogetherOwned(
      [this, commit, now](Poco::Data::Session& session) { commit->added = insert(session, commit->message, now); },
      [commit] { commit->committed(commit->added); });
  return commit->added;
}

MessageStore::Added MessageStore::insert(Poco::Data::Session& session, const NewMessage& message, support::Millis now) {
  const Parties parties = lockParties(session, message);
  support::Pair pair(parties.sender.id, parties.receiver.id);
  const support::Millis date = dateOf(now, parties);
  const std::uint64_t conversation = requireConversation(session, pair, date);
  const std::uint64_t id = insertMessage(session, message, conversation, date);
  noteNewest(session, pair, conversation, parties.sender.id, id, date);

  Added added;
  added.message.id = id;
  added.message.senderId = parties.sender.id;
  added.message.date = date;
  added.message.sender = parties.sender.name;
  added.message.receiver = parties.receiver.name;
  added.message.text = message.text;
  added.message.attributes = message.attributes;
  added.message.lid = message.lid;
  added.receiverId = parties.receiver.id;
  return added;
}

// No other transaction can create it meanwhile: it would need the locks of both accounts.
std::uint64_t MessageStore::requireConversation(Poco::Data::Session& session, const support::Pair& pair,
                                                support::Millis date) {
  if (const std::uint64_t id = support::findConversation(session, pair); id != 0) return id;
  support::Pair bound = pair;
  Poco::Int64 createdAt = date;
  Poco::Data::Statement insert(session);
  insert << "INSERT INTO conversation (lo_id, hi_id, created_at, message_count, last_message_id)"
            " VALUES (?, ?, ?, 0, 0)",
      use(bound.lo), use(bound.hi), use(createdAt);
  insert.execute();
  Poco::UInt64 id = support::SqlWords(_database).insertId(session);
  for (Poco::UInt64 account : {bound.lo, bound.hi}) {
    Poco::Data::Statement insertMember(session);
    insertMember << "INSERT INTO member (conversation_id, account_id, sent_count, last_message_id) VALUES (?, ?, 0, 0)",
        use(id), use(account);
    insertMember.execute();
    if (bound.lo == bound.hi) break;
  }
  return id;
}

std::uint64_t MessageStore::insertMessage(Poco::Data::Session& session, const NewMessage& message,
                                          std::uint64_t conversationId, support::Millis date) {
  Poco::UInt64 conversation = conversationId;
  Poco::UInt64 sender = message.senderId;
  Poco::Int64 createdAt = date;
  Poco::Nullable<std::string> lid = nullable(message.lid);
  Poco::Nullable<std::string> folded = foldedUnlessSame(message.text);
  Poco::Nullable<std::string> attributes;
  if (message.attributes != "{}") attributes = message.attributes;
  std::string text = message.text;
  Poco::Data::Statement insert(session);
  insert << "INSERT INTO message (conversation_id, sender_id, created_at, lid, body, body_folded, attributes)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
      use(conversation), use(sender), use(createdAt), use(lid), use(text), use(folded), use(attributes);
  insert.execute();
  return support::SqlWords(_database).insertId(session);
}

MessageStore::Parties MessageStore::lockParties(Poco::Data::Session& session, const NewMessage& message) {
  const support::SqlWords sql(_database);
  std::string senderKey = message.senderKey;
  std::string receiverKey = message.receiverKey;
  Party row;
  Poco::Data::Statement select(session);
  select << "SELECT id, name, name_key, last_message_at FROM account" << sql.lockedInOrderOf("account_name_key")
         << " WHERE name_key IN (?, ?) ORDER BY name_key" << sql.rowLock(),
      use(senderKey), use(receiverKey), into(row.id), into(row.name), into(row.key), into(row.lastMessageAt),
      range(0, 1);
  Parties parties;
  while (!select.done() && select.execute() > 0) {
    if (row.key == message.senderKey) parties.sender = row;
    if (row.key == message.receiverKey) parties.receiver = row;
  }
  if (parties.sender.id != message.senderId) throw plugin::AppError(401, "This account doesn't exist any more");
  if (parties.receiver.id == 0) throw plugin::AppError(404, "There is no such user");
  return parties;
}

support::Millis MessageStore::dateOf(support::Millis now, const Parties& parties) {
  const support::Millis earliest =
      std::max<support::Millis>(parties.sender.lastMessageAt, parties.receiver.lastMessageAt);
  support::Millis newest = _newestDate.load(std::memory_order_relaxed);
  support::Millis date = 0;
  do {
    date = std::max({now, earliest, newest});
  } while (!_newestDate.compare_exchange_weak(newest, date, std::memory_order_relaxed));
  return date;
}

std::optional<support::ChatMessage> MessageStore::findByLid(std::uint64_t senderId, const std::string& lid) {
  std::vector<support::ChatMessage> found;
  _database.read([&](Poco::Data::Session& session) {
    Poco::UInt64 sender = senderId;
    std::string boundLid = lid;
    Poco::Data::Statement select(session);
    select << support::selectMessages(_database) << "message m" << support::MessageJoins
           << "WHERE m.sender_id = ? AND m.lid = ?",
        use(sender), use(boundLid);
    found = support::readMessages(select);
  });
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

}  // namespace chat::messages
