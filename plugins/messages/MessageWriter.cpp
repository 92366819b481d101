#include "messages/MessageWriter.h"

#include <Poco/Data/Statement.h>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <unordered_map>
#include <utility>

#include "plugin/api/AppError.h"
#include "support/MessageOrder.h"
#include "support/MessageRows.h"
#include "support/Pair.h"
#include "support/SearchIndex.h"
#include "support/SqlWords.h"

namespace chat::messages {

using Merge = support::SqlWords::Merge;
using PairKey = std::pair<std::uint64_t, std::uint64_t>;

namespace {

/// So many messages are written together at most.
constexpr std::size_t MostTogether = 500;

std::uint64_t numberIn(const std::optional<std::string>& text) {
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

PairKey pairOf(std::uint64_t one, std::uint64_t other) {
  const support::Pair pair(one, other);
  return {pair.lo, pair.hi};
}

StoredMessage repeated(const support::ChatMessage& message) {
  StoredMessage result{message};
  result.isRepeat = true;
  return result;
}

}  // namespace

MessageEntry::MessageEntry(NewMessage message, support::Millis now)
    : _message(std::move(message)),
      _now(now),
      _conversation(std::min(_message.senderKey, _message.receiverKey) + '\n' +
                    std::max(_message.senderKey, _message.receiverKey)) {}

// Text and its folded form as literals, and what the other columns and statements add.
std::size_t MessageEntry::bytes() const noexcept {
  return 4 * _message.text.size() + 2 * _message.attributes.size() + 1024;
}

struct MessageWriter::Party {
  std::uint64_t id = 0;
  std::string name;
};

struct MessageWriter::Conversation {
  PairKey pair;
  std::uint64_t id = 0;
  std::vector<MessageEntry*> entries{};  ///< of this batch
  std::uint64_t sentByLo = 0;
  bool isNew = false;
};

/// What is known while a batch is written.
struct MessageWriter::Batch {
  data::BatchSession& session;
  std::vector<MessageEntry*> entries;  ///< those that are still to be written
  support::Millis now = 0;
  std::uint64_t taken = 0;                           ///< so many ids of the order, for those that it had then
  support::MessageOrder order{};                     ///< since they were taken
  std::unordered_map<std::string, Party> parties{};  ///< by the names' keys
  std::map<PairKey, Conversation> conversations{};
  std::set<PairKey> asked{};  ///< the pairs whose conversation was asked for
  /// Those with the `lid` of an entry before them, and that entry.
  std::vector<std::pair<MessageEntry*, const MessageEntry*>> repeats{};

  void leave(const std::vector<MessageEntry*>& gone) {
    std::erase_if(entries, [&](auto* entry) { return std::find(gone.begin(), gone.end(), entry) != gone.end(); });
  }
  /// The date of the message that is so many before the last one.
  support::Millis dateBefore(std::uint64_t count) const {
    return order.newestAt == now ? now : order.newestAt - static_cast<support::Millis>(count);
  }
  PairKey pairOf(const MessageEntry& entry) const {
    return messages::pairOf(parties.at(entry.message().senderKey).id, parties.at(entry.message().receiverKey).id);
  }
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
  if (session.locks() == data::BatchLocks::Wait) waitForRows(batch);
  ask(batch);
  if (!batch.entries.empty()) {
    number(batch);
    insertMessages(batch);
    addToSearch(batch);
    const std::array updates{updateConversations(batch), updateMembers(batch)};
    session.execute(updates);
  }
  for (const auto& [repeat, first] : batch.repeats) repeat->result = repeated(first->result.message);
}

// With the order in their hands writers wait for nobody, so what is to be waited for comes before: the conversation,
// or, if it has to be created, the rows of its users, which the foreign keys of `member` lock.
void MessageWriter::waitForRows(Batch& batch) const {
  if (_database.dialect() == data::Dialect::Sqlite) return;
  std::unordered_map<std::string, std::uint64_t> ids;
  for (const auto& row :
       batch.session.query("SELECT id, name_key FROM account WHERE name_key IN (" + keysOf(batch) + ")")) {
    ids.insert_or_assign(*row[1], numberIn(row[0]));
  }
  const std::string_view lock = support::SqlWords(_database).rowLock();
  for (const auto* entry : batch.entries) {
    const auto receiver = ids.find(entry->message().receiverKey);
    if (receiver == ids.end()) continue;  // it is refused later
    const PairKey pair = pairOf(entry->message().senderId, receiver->second);
    if (!batch.session.query(selectConversations({pair}, lock)).empty()) continue;
    batch.session.query("SELECT id FROM account WHERE id IN (" + std::to_string(pair.first) + ", " +
                        std::to_string(pair.second) + ") ORDER BY id" + std::string(lock));
  }
}

// All in one way to the database, as far as the ids of the accounts were known before.
void MessageWriter::ask(Batch& batch) {
  Pairs pairs;
  support::Millis now = 0;
  for (const auto* entry : batch.entries) {
    now = std::max(now, entry->now());
    const auto receiver = _accountIds.find(entry->message().receiverKey);
    if (!receiver) continue;
    const PairKey pair = pairOf(entry->message().senderId, *receiver);
    if (batch.asked.insert(pair).second) pairs.push_back(pair);
  }
  batch.now = now;
  batch.taken = batch.entries.size();
  const std::string advance = support::MessageOrder::advance(batch.taken, now);
  batch.session.execute({&advance, 1});
  std::vector<std::string> selects{selectKnown(batch)};
  if (!pairs.empty()) selects.push_back(selectConversations(pairs, lockWords(batch)));
  const auto answers = batch.session.queryAll(selects);
  std::string repeated;
  readKnown(batch, answers.front(), repeated);
  refuseInvalid(batch);
  findRepeats(batch, repeated);
  if (!batch.entries.empty()) findConversations(batch, pairs.empty() ? data::BatchSession::Rows{} : answers.back());
}

// In one statement: each answer wakes this thread.
std::string MessageWriter::selectKnown(const Batch& batch) const {
  std::string lids;
  for (const auto* entry : batch.entries) {
    const auto& message = entry->message();
    if (!message.lid) continue;
    lids += (lids.empty() ? "(sender_id = " : " OR (sender_id = ") + std::to_string(message.senderId) +
            " AND lid = " + batch.session.quoted(*message.lid) + ")";
  }
  std::string select =
      "SELECT 0, last_id, last_at, '', '' FROM message_order WHERE id = 1 UNION ALL SELECT 1, id, 0, name,"
      " name_key FROM account WHERE name_key IN (" +
      keysOf(batch) + ")";
  if (!lids.empty()) select += " UNION ALL SELECT 2, id, 0, '', '' FROM message WHERE " + lids;
  return select;
}

void MessageWriter::readKnown(Batch& batch, const data::BatchSession::Rows& rows, std::string& repeated) {
  for (const auto& row : rows) {
    const std::uint64_t kind = numberIn(row[0]);
    if (kind == 0) {
      batch.order = {numberIn(row[1]), static_cast<support::Millis>(numberIn(row[2]))};
    } else if (kind == 1) {
      batch.parties.insert_or_assign(*row[4], Party{numberIn(row[1]), *row[3]});
      _accountIds.remember(*row[4], numberIn(row[1]));
    } else {
      repeated.append(repeated.empty() ? "" : ", ").append(*row[1]);
    }
  }
  if (batch.order.newest == 0) throw std::runtime_error("the table message_order has lost its row");
}

void MessageWriter::refuseInvalid(Batch& batch) const {
  std::erase_if(batch.entries, [&](MessageEntry* entry) {
    const auto sender = batch.parties.find(entry->message().senderKey);
    if (sender == batch.parties.end() || sender->second.id != entry->message().senderId) {
      entry->refuse(std::make_exception_ptr(plugin::AppError(401, "This account doesn't exist any more")));
      return true;
    }
    if (batch.parties.contains(entry->message().receiverKey)) return false;
    entry->refuse(std::make_exception_ptr(plugin::AppError(404, "There is no such user")));
    return true;
  });
}

void MessageWriter::findRepeats(Batch& batch, const std::string& ids) const {
  using Lid = std::pair<std::uint64_t, std::string>;
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

void MessageWriter::findConversations(Batch& batch, const data::BatchSession::Rows& rows) const {
  Pairs unknown;
  for (auto* entry : batch.entries) {
    const PairKey pair = batch.pairOf(*entry);
    auto& conversation = batch.conversations.try_emplace(pair, Conversation{pair}).first->second;
    conversation.entries.push_back(entry);
    if (batch.asked.insert(pair).second) unknown.push_back(pair);
  }
  const auto read = [&](const data::BatchSession::Rows& found) {
    for (const auto& row : found) {
      const auto conversation = batch.conversations.find({numberIn(row[1]), numberIn(row[2])});
      if (conversation == batch.conversations.end()) continue;  // nobody writes into it any more
      conversation->second.id = numberIn(row[0]);
    }
  };
  read(rows);
  if (!unknown.empty()) read(batch.session.query(selectConversations(unknown, lockWords(batch))));
  std::vector<Conversation*> missing;
  for (auto& [pair, conversation] : batch.conversations) {
    if (conversation.id == 0) missing.push_back(&conversation);
  }
  if (missing.empty()) return;
  if (batch.session.locks() == data::BatchLocks::Skip && _database.dialect() == data::Dialect::MySql) {
    setLockedAside(batch, missing);
  }
  if (!missing.empty()) createConversations(batch, missing);
}

// Those that exist are locked by somebody else; and to create one, its users must not be.
void MessageWriter::setLockedAside(Batch& batch, std::vector<Conversation*>& missing) const {
  Pairs pairs;
  std::set<std::uint64_t> ids;
  for (const auto* conversation : missing) {
    pairs.push_back(conversation->pair);
    ids.insert({conversation->pair.first, conversation->pair.second});
  }
  std::string list;
  for (const auto id : ids) list.append(list.empty() ? "" : ", ").append(std::to_string(id));
  const std::array selects{selectConversations(pairs, ""),
                           "SELECT id FROM account WHERE id IN (" + list + ") ORDER BY id" + lockWords(batch)};
  const auto answers = batch.session.queryAll(selects);
  std::set<PairKey> existing;
  for (const auto& row : answers[0]) existing.insert({numberIn(row[1]), numberIn(row[2])});
  for (const auto& row : answers[1]) ids.erase(numberIn(row[0]));  // only locked ones are left
  std::vector<PairKey> aside;
  std::erase_if(missing, [&](const Conversation* conversation) {
    const auto& [lo, hi] = conversation->pair;
    const bool isLocked = existing.contains(conversation->pair) || ids.contains(lo) || ids.contains(hi);
    if (isLocked) aside.push_back(conversation->pair);
    return isLocked;
  });
  for (const auto& pair : aside) {
    const auto& entries = batch.conversations.at(pair).entries;
    for (auto* entry : entries) entry->setAside();
    batch.leave(entries);
    std::erase_if(batch.repeats, [&](const auto& repeat) {
      const bool isOfThese = std::find(entries.begin(), entries.end(), repeat.second) != entries.end();
      if (isOfThese) repeat.first->setAside();
      return isOfThese;
    });
    batch.conversations.erase(pair);
  }
}

// No other transaction can create them meanwhile: it would need the order.
void MessageWriter::createConversations(Batch& batch, const std::vector<Conversation*>& missing) const {
  Values values;
  for (auto* conversation : missing) {
    values.add({std::to_string(conversation->pair.first), std::to_string(conversation->pair.second),
                std::to_string(batch.dateBefore(batch.taken - 1)), "0", "0"});
  }
  const auto ids = batch.session.insert(
      "INSERT INTO conversation (lo_id, hi_id, created_at, message_count, last_message_id) VALUES " + values.all,
      missing.size());
  for (std::size_t i = 0; i < ids.size(); ++i) {
    missing[i]->id = ids[i];
    missing[i]->isNew = true;
  }
}

// Gives each message its id and date.
void MessageWriter::number(Batch& batch) const {
  std::uint64_t before = batch.taken;
  for (auto* entry : batch.entries) {
    --before;
    const auto& message = entry->message();
    const auto& sender = batch.parties.at(message.senderKey);
    const auto& receiver = batch.parties.at(message.receiverKey);
    auto& conversation = batch.conversations.at(pairOf(sender.id, receiver.id));
    conversation.sentByLo += sender.id == conversation.pair.first ? 1 : 0;
    entry->result = {{batch.order.newest - before, sender.id, receiver.id, batch.dateBefore(before), sender.name,
                      receiver.name, message.text, message.attributes, message.lid}};
  }
}

void MessageWriter::insertMessages(Batch& batch) const {
  Values values;
  for (const auto* entry : batch.entries) {
    const auto& message = entry->result.message;
    const std::string folded = support::SearchIndex::storedForm(message.text);
    values.add({std::to_string(message.id), std::to_string(batch.conversations.at(batch.pairOf(*entry)).id),
                std::to_string(message.senderId), std::to_string(message.date),
                message.lid ? batch.session.quoted(*message.lid) : "NULL", batch.session.quoted(message.text),
                folded.empty() ? "NULL" : batch.session.quoted(folded),
                message.attributes == "{}" ? "NULL" : batch.session.quoted(message.attributes)});
  }
  const std::string insert =
      "INSERT INTO message (id, conversation_id, sender_id, created_at, lid, body, body_folded, attributes) VALUES " +
      values.all;
  batch.session.execute({&insert, 1});
}

void MessageWriter::addToSearch(Batch& batch) const {
  const support::SearchIndex index(_database);
  if (!index.exists()) return;
  std::vector<support::IndexedMessage> indexed;
  indexed.reserve(batch.entries.size());
  for (const auto* entry : batch.entries) {
    const auto& message = entry->result.message;
    indexed.push_back({message.id,
                       batch.conversations.at(batch.pairOf(*entry)).id,
                       message.senderId,
                       {message.senderId, message.receiverId},
                       message.text,
                       message.attributes});
  }
  index.add(batch.session.session(), indexed);
}

std::string MessageWriter::keysOf(const Batch& batch) const {
  std::set<std::string> keys;
  for (const auto* entry : batch.entries) keys.insert({entry->message().senderKey, entry->message().receiverKey});
  return listOf(batch.session, keys);
}

std::string MessageWriter::selectConversations(const Pairs& pairs, std::string_view lock) const {
  std::string select = "SELECT id, lo_id, hi_id FROM conversation";
  select += support::SqlWords(_database).lockedInOrderOf("conversation_pair");
  const char* separator = " WHERE (lo_id = ";
  for (const auto& [lo, hi] : pairs) {
    select += separator + std::to_string(lo) + " AND hi_id = " + std::to_string(hi) + ")";
    separator = " OR (lo_id = ";
  }
  return select.append(lock);
}

std::string MessageWriter::lockWords(const Batch& batch) const {
  const support::SqlWords sql(_database);
  return std::string(batch.session.locks() == data::BatchLocks::Skip ? sql.rowLockOrSkip() : sql.rowLock());
}

// An INSERT that meets its row: one UPDATE of many rows would look for each row's values among those of all.
std::string MessageWriter::updateConversations(const Batch& batch) const {
  Values values;
  for (const auto& [pair, conversation] : batch.conversations) {
    const auto& newest = conversation.entries.back()->result.message;
    values.add({std::to_string(conversation.id), std::to_string(pair.first), std::to_string(pair.second),
                std::to_string(newest.date), std::to_string(conversation.entries.size()), std::to_string(newest.id)});
  }
  return "INSERT INTO conversation (id, lo_id, hi_id, created_at, message_count, last_message_id) VALUES " +
         values.all +
         support::SqlWords(_database).orMerge("id",
                                              {{"message_count", Merge::Add}, {"last_message_id", Merge::Replace}});
}

std::string MessageWriter::updateMembers(const Batch& batch) const {
  Values values;
  for (const auto& [pair, conversation] : batch.conversations) {
    const std::string id = std::to_string(conversation.id);
    const auto add = [&](std::uint64_t account, std::uint64_t sent) {
      values.add({id, std::to_string(account), std::to_string(sent)});
    };
    const auto& [lo, hi] = pair;
    const std::uint64_t sentByHi = conversation.entries.size() - conversation.sentByLo;
    // Both members of a new one; otherwise only whoever has sent something.
    if (conversation.isNew || conversation.sentByLo > 0) add(lo, conversation.sentByLo);
    if (hi != lo && (conversation.isNew || sentByHi > 0)) add(hi, sentByHi);
  }
  return "INSERT INTO member (conversation_id, account_id, sent_count) VALUES " + values.all +
         support::SqlWords(_database).orMerge("conversation_id, account_id", {{"sent_count", Merge::Add}});
}

}  // namespace chat::messages
