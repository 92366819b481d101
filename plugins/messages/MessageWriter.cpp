#include "messages/MessageWriter.h"

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>
#include <Poco/Nullable.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "plugin/api/AppError.h"
#include "support/MessageRows.h"
#include "support/Pair.h"
#include "support/SearchIndex.h"
#include "support/SqlWords.h"

namespace chat::messages {

using namespace Poco::Data::Keywords;
using Merge = support::SqlWords::Merge;

namespace {

/// So many messages are written by one statement at most: SQLite and MySQL limit the parameters of a statement.
constexpr std::size_t MostTogether = 500;

std::string repeated(std::size_t count, std::string_view text) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += text;
  return all;
}

/// `(?, ?), (?, ?)`
std::string tuples(std::size_t count, std::string_view one) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all.append(i == 0 ? "" : ", ").append(one);
  return all;
}

std::pair<Poco::UInt64, Poco::UInt64> pairOf(const StoredMessage& stored) {
  const support::Pair pair(stored.message.senderId, stored.receiverId);
  return {pair.lo, pair.hi};
}

/// Not before the newest date of both users; if their clock was ahead, time goes on slowly there.
support::Millis dateOf(support::Millis now, const support::Millis sender, support::Millis receiver) {
  const support::Millis newest = std::max(sender, receiver);
  return now >= newest ? now : newest + 1;
}

/// Nothing if the text equals its folded form: the search then compares the text itself.
Poco::Nullable<std::string> foldedUnlessSame(const std::string& text) {
  std::string folded = support::SearchIndex::storedForm(text);
  return folded.empty() ? Poco::Nullable<std::string>() : Poco::Nullable<std::string>(std::move(folded));
}

}  // namespace

MessageEntry::MessageEntry(NewMessage message, support::Millis now)
    : _message(std::move(message)), _now(now), _rows{_message.senderKey, _message.receiverKey} {}

// Text and its folded form, and what the other columns and the protocol add.
std::size_t MessageEntry::bytes() const noexcept {
  return 2 * _message.text.size() + _message.attributes.size() + 512;
}

struct MessageWriter::Party {
  Poco::UInt64 id = 0;
  std::string name;
  Poco::Int64 lastMessageAt = 0;
  Poco::UInt64 newest = 0;  ///< message of this batch
};

struct MessageWriter::Conversation {
  Poco::UInt64 id = 0;
  Poco::Int64 createdAt = 0;
  Poco::UInt64 count = 0;  ///< of the messages of this batch
  Poco::UInt64 sentByLo = 0;
  Poco::UInt64 newest = 0;
};

/// What is known while a batch is written.
struct MessageWriter::Batch {
  Poco::Data::Session& session;
  data::BatchLocks locks;
  std::vector<MessageEntry*> entries;                ///< those that are still to be written
  std::unordered_map<std::string, Party> parties{};  ///< whose rows are locked, by the names' keys
  std::map<std::pair<Poco::UInt64, Poco::UInt64>, Conversation> conversations{};  ///< by their pairs
  /// Those with the `lid` of an entry before them, and that entry.
  std::vector<std::pair<MessageEntry*, const MessageEntry*>> repeats{};
};

void MessageWriter::write(Poco::Data::Session& session, std::span<data::BatchEntry* const> entries,
                          data::BatchLocks locks) {
  for (; entries.size() > MostTogether; entries = entries.subspan(MostTogether)) {
    writeSome(session, entries.first(MostTogether), locks);
  }
  writeSome(session, entries, locks);
}

void MessageWriter::writeSome(Poco::Data::Session& session, std::span<data::BatchEntry* const> entries,
                              data::BatchLocks locks) {
  Batch batch{session, locks, {}};
  for (auto* entry : entries) batch.entries.push_back(static_cast<MessageEntry*>(entry));
  lockParties(batch);
  findMissing(batch);
  findRepeats(batch);
  if (batch.entries.empty()) return;
  findConversations(batch);
  insertMessages(batch);
  addToSearch(batch);
  updateAccounts(batch);
  updateConversations(batch);
  updateMembers(batch);
  for (const auto& [repeat, first] : batch.repeats) repeat->result = {first->result.message, 0, true};
}

void MessageWriter::lockParties(Batch& batch) const {
  std::set<std::string> unique;
  for (const auto* entry : batch.entries) unique.insert({entry->message().senderKey, entry->message().receiverKey});
  std::vector<std::string> keys(unique.begin(), unique.end());
  const support::SqlWords sql(_database);
  Party row;
  std::string key;
  Poco::Data::Statement select(batch.session);
  select << "SELECT id, name, name_key, last_message_at FROM account" << sql.lockedInOrderOf("account_name_key")
         << " WHERE name_key IN (" << tuples(keys.size(), "?") << ") ORDER BY name_key"
         << (batch.locks == data::BatchLocks::Skip ? sql.rowLockOrSkip() : sql.rowLock());
  for (auto& one : keys) select, use(one);
  select, into(row.id), into(row.name), into(key), into(row.lastMessageAt), range(0, 1);
  while (!select.done() && select.execute() > 0) batch.parties.insert_or_assign(key, row);
}

// Those without a row, or whose row somebody else has locked.
void MessageWriter::findMissing(Batch& batch) const {
  std::set<std::string> missing;
  for (const auto* entry : batch.entries) {
    for (const auto& key : entry->rows()) {
      if (!batch.parties.contains(key)) missing.insert(key);
    }
  }
  std::set<std::string> locked;
  if (batch.locks == data::BatchLocks::Skip && !missing.empty()) {
    std::vector<std::string> keys(missing.begin(), missing.end());
    std::string key;
    Poco::Data::Statement select(batch.session);
    select << "SELECT name_key FROM account WHERE name_key IN (" << tuples(keys.size(), "?") << ")";
    for (auto& one : keys) select, use(one);
    select, into(key), range(0, 1);
    while (!select.done() && select.execute() > 0) locked.insert(key);
  }
  std::erase_if(batch.entries, [&](MessageEntry* entry) {
    const auto& [senderKey, receiverKey] = std::tie(entry->message().senderKey, entry->message().receiverKey);
    if (locked.contains(senderKey) || locked.contains(receiverKey)) return entry->setAside(), true;
    const auto sender = batch.parties.find(senderKey);
    if (sender == batch.parties.end() || sender->second.id != entry->message().senderId) {
      entry->refuse(std::make_exception_ptr(plugin::AppError(401, "This account doesn't exist any more")));
      return true;
    }
    if (batch.parties.contains(receiverKey)) return false;
    entry->refuse(std::make_exception_ptr(plugin::AppError(404, "There is no such user")));
    return true;
  });
}

void MessageWriter::findRepeats(Batch& batch) const {
  using Lid = std::pair<std::uint64_t, std::string>;
  std::vector<std::pair<Poco::UInt64, std::string>> asked;
  for (const auto* entry : batch.entries) {
    if (entry->message().lid) asked.emplace_back(entry->message().senderId, *entry->message().lid);
  }
  if (asked.empty()) return;
  Poco::Data::Statement select(batch.session);
  select << support::selectMessages(_database) << "message m" << support::MessageJoins << "WHERE ";
  for (std::size_t i = 0; i < asked.size(); ++i) select << (i == 0 ? "" : " OR ") << "(m.sender_id = ? AND m.lid = ?)";
  for (auto& [sender, lid] : asked) select, use(sender), use(lid);
  std::map<Lid, support::ChatMessage> stored;
  for (auto& message : support::readMessages(select)) stored.emplace(Lid{message.senderId, *message.lid}, message);
  std::map<Lid, MessageEntry*> before;
  std::erase_if(batch.entries, [&](MessageEntry* entry) {
    if (!entry->message().lid) return false;
    const Lid lid{entry->message().senderId, *entry->message().lid};
    if (const auto found = stored.find(lid); found != stored.end()) {
      entry->result = {found->second, 0, true};
      return true;
    }
    const auto [first, isFirst] = before.emplace(lid, entry);
    if (!isFirst) batch.repeats.emplace_back(entry, first->second);
    return !isFirst;
  });
}

// Gives each message its date, too: a new conversation has that of its first one.
void MessageWriter::findConversations(Batch& batch) const {
  for (auto* entry : batch.entries) {
    const auto& message = entry->message();
    auto& sender = batch.parties.at(message.senderKey);
    auto& receiver = batch.parties.at(message.receiverKey);
    const auto date = dateOf(entry->now(), sender.lastMessageAt, receiver.lastMessageAt);
    sender.lastMessageAt = receiver.lastMessageAt = date;
    entry->result = {{0, sender.id, date, sender.name, receiver.name, message.text, message.attributes, message.lid},
                     receiver.id,
                     false};
    batch.conversations.try_emplace(pairOf(entry->result), Conversation{0, date});
  }
  std::vector<support::Pair> pairs;
  for (const auto& [pair, conversation] : batch.conversations) pairs.emplace_back(pair.first, pair.second);
  Poco::UInt64 id = 0;
  Poco::UInt64 lo = 0;
  Poco::UInt64 hi = 0;
  Poco::Data::Statement select(batch.session);
  select << "SELECT id, lo_id, hi_id FROM conversation WHERE ";
  for (std::size_t i = 0; i < pairs.size(); ++i) select << (i == 0 ? "" : " OR ") << "(lo_id = ? AND hi_id = ?)";
  for (auto& pair : pairs) select, use(pair.lo), use(pair.hi);
  select, into(id), into(lo), into(hi), range(0, 1);
  while (!select.done() && select.execute() > 0) batch.conversations.at({lo, hi}).id = id;
  createConversations(batch);
}

// No other transaction can create them meanwhile: it would need the locks of both accounts.
void MessageWriter::createConversations(Batch& batch) const {
  std::vector<std::pair<support::Pair, Conversation*>> missing;
  for (auto& [pair, conversation] : batch.conversations) {
    if (conversation.id == 0) missing.emplace_back(support::Pair(pair.first, pair.second), &conversation);
  }
  if (missing.empty()) return;
  Poco::Data::Statement insert(batch.session);
  insert << "INSERT INTO conversation (lo_id, hi_id, created_at, message_count, last_message_id) VALUES "
         << tuples(missing.size(), "(?, ?, ?, 0, 0)");
  for (auto& [pair, conversation] : missing) insert, use(pair.lo), use(pair.hi), use(conversation->createdAt);
  insert.execute();
  const auto ids = support::SqlWords(_database).insertIds(batch.session, missing.size());
  for (std::size_t i = 0; i < ids.size(); ++i) missing[i].second->id = ids[i];
}

void MessageWriter::insertMessages(Batch& batch) const {
  struct Row {
    Poco::UInt64 conversation, sender;
    Poco::Int64 date;
    Poco::Nullable<std::string> lid;
    std::string text;
    Poco::Nullable<std::string> folded;
    Poco::Nullable<std::string> attributes;
  };
  std::vector<Row> rows;
  rows.reserve(batch.entries.size());
  for (const auto* entry : batch.entries) {
    const auto& message = entry->result.message;
    rows.push_back(
        {batch.conversations.at(pairOf(entry->result)).id, message.senderId, message.date,
         message.lid ? Poco::Nullable<std::string>(*message.lid) : Poco::Nullable<std::string>(), message.text,
         foldedUnlessSame(message.text),
         message.attributes == "{}" ? Poco::Nullable<std::string>() : Poco::Nullable<std::string>(message.attributes)});
  }
  Poco::Data::Statement insert(batch.session);
  insert << "INSERT INTO message (conversation_id, sender_id, created_at, lid, body, body_folded, attributes) VALUES "
         << tuples(rows.size(), "(?, ?, ?, ?, ?, ?, ?)");
  for (auto& row : rows) {
    insert, use(row.conversation), use(row.sender), use(row.date), use(row.lid), use(row.text), use(row.folded),
        use(row.attributes);
  }
  insert.execute();
  const auto ids = support::SqlWords(_database).insertIds(batch.session, rows.size());
  for (std::size_t i = 0; i < ids.size(); ++i) {
    auto& result = batch.entries[i]->result;
    result.message.id = ids[i];
    batch.parties.at(batch.entries[i]->message().senderKey).newest = ids[i];
    batch.parties.at(batch.entries[i]->message().receiverKey).newest = ids[i];
    auto& conversation = batch.conversations.at(pairOf(result));
    conversation.newest = ids[i];
    ++conversation.count;
    conversation.sentByLo += result.message.senderId <= result.receiverId ? 1 : 0;
  }
}

void MessageWriter::addToSearch(Batch& batch) const {
  std::vector<support::IndexedMessage> indexed;
  indexed.reserve(batch.entries.size());
  for (const auto* entry : batch.entries) {
    const auto& message = entry->result.message;
    indexed.push_back({message.id,
                       batch.conversations.at(pairOf(entry->result)).id,
                       message.senderId,
                       {message.senderId, entry->result.receiverId},
                       message.text,
                       message.attributes});
  }
  support::SearchIndex(_database).add(batch.session, indexed);
}

void MessageWriter::updateAccounts(Batch& batch) const {
  std::vector<Party*> changed;
  for (auto& [key, party] : batch.parties) {
    if (party.newest > 0) changed.push_back(&party);
  }
  const std::string when = repeated(changed.size(), " WHEN ? THEN ?");
  Poco::Data::Statement update(batch.session);
  update << "UPDATE account SET last_message_at = CASE id" << when << " END, last_message_id = CASE id" << when
         << " END WHERE id IN (" << tuples(changed.size(), "?") << ")";
  for (auto* party : changed) update, use(party->id), use(party->lastMessageAt);
  for (auto* party : changed) update, use(party->id), use(party->newest);
  for (auto* party : changed) update, use(party->id);
  update.execute();
}

void MessageWriter::updateConversations(Batch& batch) const {
  const std::size_t count = batch.conversations.size();
  const std::string when = repeated(count, " WHEN ? THEN ?");
  Poco::Data::Statement update(batch.session);
  update << "UPDATE conversation SET message_count = message_count + CASE id" << when
         << " END, last_message_id = CASE id" << when << " END WHERE id IN (" << tuples(count, "?") << ")";
  for (auto& [pair, conversation] : batch.conversations) update, use(conversation.id), use(conversation.count);
  for (auto& [pair, conversation] : batch.conversations) update, use(conversation.id), use(conversation.newest);
  for (auto& [pair, conversation] : batch.conversations) update, use(conversation.id);
  update.execute();
}

void MessageWriter::updateMembers(Batch& batch) const {
  struct Row {
    Poco::UInt64 conversation, account, sent, newest;
  };
  std::vector<Row> rows;
  for (const auto& [pair, conversation] : batch.conversations) {
    const auto& [lo, hi] = pair;
    rows.push_back({conversation.id, lo, conversation.sentByLo, conversation.newest});
    if (hi != lo)
      rows.push_back({conversation.id, hi, conversation.count - conversation.sentByLo, conversation.newest});
  }
  Poco::Data::Statement upsert(batch.session);
  upsert << "INSERT INTO member (conversation_id, account_id, sent_count, last_message_id) VALUES "
         << tuples(rows.size(), "(?, ?, ?, ?)")
         << support::SqlWords(_database).orMerge("conversation_id, account_id",
                                                 {{"sent_count", Merge::Add}, {"last_message_id", Merge::Replace}});
  for (auto& row : rows) upsert, use(row.conversation), use(row.account), use(row.sent), use(row.newest);
  upsert.execute();
}

}  // namespace chat::messages
