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
#include <limits>
#include <memory>

#include "plugin/api/AppError.h"
#include "support/MessageRows.h"
#include "support/SearchIndex.h"
#include "support/SqlWords.h"

namespace chat::messages {

using namespace Poco::Data::Keywords;
using Merge = support::SqlWords::Merge;

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

/// Nothing if the text equals its folded form: the search then compares the text itself.
Poco::Nullable<std::string> foldedUnlessSame(const std::string& text) {
  std::string folded = support::SearchIndex::storedForm(text);
  return folded.empty() ? Poco::Nullable<std::string>() : Poco::Nullable<std::string>(std::move(folded));
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
  Poco::UInt64 sender = parties.sender.id;
  Poco::UInt64 receiver = parties.receiver.id;
  Poco::UInt64 lo = std::min(sender, receiver);
  Poco::UInt64 hi = std::max(sender, receiver);
  Poco::Int64 date = dateOf(now, parties);

  Poco::Nullable<std::string> lid = nullable(message.lid);
  Poco::Nullable<std::string> folded = foldedUnlessSame(message.text);
  Poco::Nullable<std::string> attributes;
  if (message.attributes != "{}") attributes = message.attributes;
  std::string text = message.text;
  Poco::Data::Statement insertMessage(session);
  insertMessage
      << "INSERT INTO message (lo_id, hi_id, sender_id, receiver_id, created_at, lid, body, body_folded, attributes)"
         " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      use(lo), use(hi), use(sender), use(receiver), use(date), use(lid), use(text), use(folded), use(attributes);
  insertMessage.execute();
  const support::SqlWords sql(_database);
  Poco::UInt64 id = sql.insertId(session);
  const support::IndexedMessage indexed{id, sender, receiver, message.text, message.attributes};
  support::SearchIndex(_database).add(session, {&indexed, 1});

  Poco::Data::Statement updateAccounts(session);
  updateAccounts << "UPDATE account SET last_message_at = ? WHERE id IN (?, ?)", use(date), use(lo), use(hi);
  updateAccounts.execute();

  Poco::Data::Statement updateConversation(session);
  Poco::UInt64 loSent = sender == lo ? 1 : 0;
  updateConversation << "INSERT INTO conversation (lo_id, hi_id, message_count, last_message_id, lo_sent)"
                        " VALUES (?, ?, 1, ?, ?)"
                     << sql.orMerge("lo_id, hi_id", {{"message_count", Merge::Add},
                                                     {"last_message_id", Merge::Replace},
                                                     {"lo_sent", Merge::Add}}),
      use(lo), use(hi), use(id), use(loSent);
  updateConversation.execute();

  Added added;
  added.message.id = id;
  added.message.senderId = sender;
  added.message.date = date;
  added.message.sender = parties.sender.name;
  added.message.receiver = parties.receiver.name;
  added.message.text = message.text;
  added.message.attributes = message.attributes;
  added.message.lid = message.lid;
  added.receiverId = receiver;
  return added;
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

std::vector<support::ChatMessage> MessageStore::after(std::uint64_t accountId, std::uint64_t position, unsigned limit) {
  std::vector<support::ChatMessage> messages;
  _database.read([&](Poco::Data::Session& session) {
    Poco::UInt64 account = accountId;
    Poco::Int64 from = static_cast<Poco::Int64>(
        std::min<std::uint64_t>(position, static_cast<std::uint64_t>(std::numeric_limits<Poco::Int64>::max())));
    Poco::UInt32 count = limit;
    // Two index ranges, each limited to the page; an OR would read all messages of the account. MySQL must be told to
    // use the sender's index: it may choose the one with the lid, which isn't in the order of the ids.
    const support::SqlWords sql(_database);
    Poco::Data::Statement select(session);
    select << support::selectMessages(_database) << "(SELECT id FROM (SELECT id FROM message"
           << sql.byIndex("message_sender")
           << " WHERE sender_id = ? AND id > ? ORDER BY id LIMIT ?) sent"
              " UNION SELECT id FROM (SELECT id FROM message"
           << sql.byIndex("message_receiver")
           << " WHERE receiver_id = ? AND id > ? ORDER BY id LIMIT ?) got"
              " ORDER BY id LIMIT ?) page JOIN message m ON m.id = page.id"
           << support::MessageJoins << "ORDER BY m.id",
        use(account), use(from), use(count), use(account), use(from), use(count), use(count);
    messages = support::readMessages(select);
  });
  return messages;
}

std::uint64_t MessageStore::newestId(std::uint64_t accountId) {
  Poco::UInt64 newest = 0;
  _database.read([&](Poco::Data::Session& session) {
    Poco::UInt64 account = accountId;
    Poco::Data::Statement select(session);
    select << "SELECT COALESCE(MAX(id), 0) FROM (SELECT MAX(id) AS id FROM message WHERE sender_id = ?"
              " UNION ALL SELECT MAX(id) FROM message WHERE receiver_id = ?) newest",
        use(account), use(account), into(newest);
    select.execute();
  });
  return newest;
}

}  // namespace chat::messages
