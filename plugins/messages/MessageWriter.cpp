#include "messages/MessageWriter.h"

#include <Poco/Data/Statement.h>

#include <algorithm>
#include <initializer_list>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "plugin/api/AppError.h"
#include "support/MessageRows.h"
#include "support/Pair.h"
#include "support/SearchIndex.h"
#include "support/SqlWords.h"

namespace chat::messages {

using Merge = support::SqlWords::Merge;

namespace {

/// So many messages are written together at most.
constexpr std::size_t MostTogether = 500;

std::uint64_t number(const std::optional<std::string>& text) {
  return text ? std::stoull(*text) : 0;
}

std::string listOf(data::BatchSession& session, const std::set<std::string>& keys) {
  std::string list;
  for (const auto& key : keys) list.append(list.empty() ? "" : ", ").append(session.quoted(key));
  return list;
}

/// `(1, 2), (3, 4)`
struct Values {
  void add(std::initializer_list<std::string> row) {
    const char* separator = all.empty() ? "(" : ", (";
    for (const auto& value : row) {
      all.append(separator).append(value);
      separator = ", ";
    }
    all += ')';
  }
  std::string all;
};

/// A value for each of some rows: `CASE id WHEN 1 THEN 2 … END`.
struct Cases {
  void add(std::uint64_t id, std::uint64_t value) {
    const std::string one = std::to_string(id);
    ids.append(ids.empty() ? "" : ", ").append(one);
    all.append(" WHEN ").append(one).append(" THEN ").append(std::to_string(value));
  }
  std::string value() const { return "CASE id" + all + " END"; }
  std::string ids;
  std::string all;
};

std::pair<Poco::UInt64, Poco::UInt64> pairOf(const StoredMessage& stored) {
  const support::Pair pair(stored.message.senderId, stored.receiverId);
  return {pair.lo, pair.hi};
}

StoredMessage repeated(const support::ChatMessage& message) {
  StoredMessage result{message};
  result.isRepeat = true;
  return result;
}

/// Not before the newest date of both users; if their clock was ahead, time goes on slowly there.
support::Millis dateOf(support::Millis now, const support::Millis sender, support::Millis receiver) {
  const support::Millis newest = std::max(sender, receiver);
  return now >= newest ? now : newest + 1;
}

}  // namespace

MessageEntry::MessageEntry(NewMessage message, support::Millis now)
    : _message(std::move(message)), _now(now), _rows{_message.senderKey, _message.receiverKey} {}

// Text and its folded form as literals, and what the other columns and statements add.
std::size_t MessageEntry::bytes() const noexcept {
  return 4 * _message.text.size() + 2 * _message.attributes.size() + 1024;
}

struct MessageWriter::Party {
  Poco::UInt64 id = 0;
  std::string name;
  Poco::Int64 lastMessageAt = 0;
  Poco::UInt64 newest = 0;    ///< message
  bool hasSomething = false;  ///< in this batch
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
  data::BatchSession& session;
  std::vector<MessageEntry*> entries;                ///< those that are still to be written
  std::unordered_map<std::string, Party> parties{};  ///< whose rows are locked, by the names' keys
  std::map<std::pair<Poco::UInt64, Poco::UInt64>, Conversation> conversations{};  ///< by their pairs
  /// Those with the `lid` of an entry before them, and that entry.
  std::vector<std::pair<MessageEntry*, const MessageEntry*>> repeats{};
};

void MessageWriter::write(data::BatchSession& session, std::span<data::BatchEntry* const> entries) {
  for (; entries.size() > MostTogether; entries = entries.subspan(MostTogether)) {
    writeSome(session, entries.first(MostTogether));
  }
  writeSome(session, entries);
}

void MessageWriter::writeSome(data::BatchSession& session, std::span<data::BatchEntry* const> entries) {
  Batch batch{session, {}};
  for (auto* entry : entries) batch.entries.push_back(static_cast<MessageEntry*>(entry));
  lockParties(batch);
  findMissing(batch);
  findRepeats(batch);
  if (batch.entries.empty()) return;
  findConversations(batch);
  insertMessages(batch);
  addToSearch(batch);
  const std::array updates{updateAccounts(batch), updateConversations(batch), updateMembers(batch)};
  session.execute(updates);
  for (const auto& [repeat, first] : batch.repeats) repeat->result = repeated(first->result.message);
}

void MessageWriter::lockParties(Batch& batch) const {
  std::set<std::string> keys;
  for (const auto* entry : batch.entries) keys.insert({entry->message().senderKey, entry->message().receiverKey});
  const support::SqlWords sql(_database);
  std::string select = "SELECT id, name, name_key, last_message_at, last_message_id FROM account";
  select += sql.lockedInOrderOf("account_name_key");
  select += " WHERE name_key IN (" + listOf(batch.session, keys) + ") ORDER BY name_key";
  select += batch.session.locks() == data::BatchLocks::Skip ? sql.rowLockOrSkip() : sql.rowLock();
  for (auto& row : batch.session.query(select)) {
    batch.parties.insert_or_assign(
        *row[2], Party{number(row[0]), *row[1], static_cast<support::Millis>(number(row[3])), number(row[4])});
  }
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
  if (batch.session.locks() == data::BatchLocks::Skip && !missing.empty()) {
    const auto rows =
        batch.session.query("SELECT name_key FROM account WHERE name_key IN (" + listOf(batch.session, missing) + ")");
    for (const auto& row : rows) locked.insert(*row[0]);
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
  std::string asked;
  for (const auto* entry : batch.entries) {
    if (!entry->message().lid) continue;
    asked += (asked.empty() ? "(sender_id = " : " OR (sender_id = ") + std::to_string(entry->message().senderId) +
             " AND lid = " + batch.session.quoted(*entry->message().lid) + ")";
  }
  if (asked.empty()) return;
  std::string ids;
  for (const auto& row : batch.session.query("SELECT id FROM message WHERE " + asked)) {
    ids.append(ids.empty() ? "" : ", ").append(*row[0]);
  }
  std::map<Lid, support::ChatMessage> stored;
  if (!ids.empty()) {
    Poco::Data::Statement select(batch.session.session());
    select << support::selectMessages(_database) << "message m" << support::MessageJoins << "WHERE m.id IN (" << ids
           << ")";
    for (auto& message : support::readMessages(select)) stored.emplace(Lid{message.senderId, *message.lid}, message);
  }
  std::map<Lid, MessageEntry*> before;
  std::erase_if(batch.entries, [&](MessageEntry* entry) {
    if (!entry->message().lid) return false;
    const Lid lid{entry->message().senderId, *entry->message().lid};
    if (const auto found = stored.find(lid); found != stored.end()) {
      entry->result = repeated(found->second);
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
                     receiver.id};
    batch.conversations.try_emplace(pairOf(entry->result), Conversation{0, date});
  }
  std::string select = "SELECT id, lo_id, hi_id FROM conversation WHERE ";
  for (const auto& [pair, conversation] : batch.conversations) {
    select += (&conversation == &batch.conversations.begin()->second ? "(lo_id = " : " OR (lo_id = ") +
              std::to_string(pair.first) + " AND hi_id = " + std::to_string(pair.second) + ")";
  }
  for (const auto& row : batch.session.query(select)) {
    batch.conversations.at({number(row[1]), number(row[2])}).id = number(row[0]);
  }
  createConversations(batch);
}

// No other transaction can create them meanwhile: it would need the locks of both accounts.
void MessageWriter::createConversations(Batch& batch) const {
  std::vector<Conversation*> missing;
  Values values;
  for (auto& [pair, conversation] : batch.conversations) {
    if (conversation.id != 0) continue;
    values.add(
        {std::to_string(pair.first), std::to_string(pair.second), std::to_string(conversation.createdAt), "0", "0"});
    missing.push_back(&conversation);
  }
  if (missing.empty()) return;
  const auto ids = batch.session.insert(
      "INSERT INTO conversation (lo_id, hi_id, created_at, message_count, last_message_id) VALUES " + values.all,
      missing.size());
  for (std::size_t i = 0; i < ids.size(); ++i) missing[i]->id = ids[i];
}

void MessageWriter::insertMessages(Batch& batch) const {
  Values values;
  for (const auto* entry : batch.entries) {
    const auto& message = entry->result.message;
    const std::string folded = support::SearchIndex::storedForm(message.text);
    values.add({std::to_string(batch.conversations.at(pairOf(entry->result)).id), std::to_string(message.senderId),
                std::to_string(message.date), message.lid ? batch.session.quoted(*message.lid) : "NULL",
                batch.session.quoted(message.text), folded.empty() ? "NULL" : batch.session.quoted(folded),
                message.attributes == "{}" ? "NULL" : batch.session.quoted(message.attributes)});
  }
  const auto ids = batch.session.insert(
      "INSERT INTO message (conversation_id, sender_id, created_at, lid, body, body_folded, attributes) VALUES " +
          values.all,
      batch.entries.size());
  for (std::size_t i = 0; i < ids.size(); ++i) {
    auto& result = batch.entries[i]->result;
    result.message.id = ids[i];
    Party& sender = batch.parties.at(batch.entries[i]->message().senderKey);
    Party& receiver = batch.parties.at(batch.entries[i]->message().receiverKey);
    result.beforeForSender = sender.newest;
    result.beforeForReceiver = receiver.newest;
    sender.newest = receiver.newest = ids[i];
    sender.hasSomething = receiver.hasSomething = true;
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
  support::SearchIndex(_database).add(batch.session.session(), indexed);
}

std::string MessageWriter::updateAccounts(const Batch& batch) const {
  Cases dates;
  Cases newest;
  for (const auto& [key, party] : batch.parties) {
    if (!party.hasSomething) continue;
    dates.add(party.id, static_cast<std::uint64_t>(party.lastMessageAt));
    newest.add(party.id, party.newest);
  }
  return "UPDATE account SET last_message_at = " + dates.value() + ", last_message_id = " + newest.value() +
         " WHERE id IN (" + dates.ids + ")";
}

std::string MessageWriter::updateConversations(const Batch& batch) const {
  Cases counts;
  Cases newest;
  for (const auto& [pair, conversation] : batch.conversations) {
    counts.add(conversation.id, conversation.count);
    newest.add(conversation.id, conversation.newest);
  }
  return "UPDATE conversation SET message_count = message_count + " + counts.value() +
         ", last_message_id = " + newest.value() + " WHERE id IN (" + counts.ids + ")";
}

std::string MessageWriter::updateMembers(const Batch& batch) const {
  Values values;
  for (const auto& [pair, conversation] : batch.conversations) {
    const auto& [lo, hi] = pair;
    const std::string id = std::to_string(conversation.id);
    const std::string newest = std::to_string(conversation.newest);
    values.add({id, std::to_string(lo), std::to_string(conversation.sentByLo), newest});
    if (hi == lo) continue;
    values.add({id, std::to_string(hi), std::to_string(conversation.count - conversation.sentByLo), newest});
  }
  return "INSERT INTO member (conversation_id, account_id, sent_count, last_message_id) VALUES " + values.all +
         support::SqlWords(_database).orMerge("conversation_id, account_id",
                                              {{"sent_count", Merge::Add}, {"last_message_id", Merge::Replace}});
}

}  // namespace chat::messages
