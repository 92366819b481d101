// The unread count needs no counter. `read_count` is the number of the other user's messages with an id up to
// `read_id`. A conversation's ids grow in the order of their commits, so the number depends only on the id: every
// computation gives the same result, and two devices that report at the same moment can't make it wrong. The unread
// count is the number of all messages of the other user, which `conversation` and `member` have, less `read_count`.
//
// Messages that are removed stay counted: `removed_count` keeps their number, and those that were unread are added to
// `read_count`, so that all numbers still only grow (docs/decisions/0024). What both ways of counting give stays the
// same.
//
// The number at a new position follows from either end: it is the number at the old position and the messages passed
// since, or that of all messages less those after the new position. Both are counted in turn, in chunks that grow,
// until one is complete. So reading up to the newest message costs nothing, and otherwise the way to the nearer end is
// what counts, not the number of messages read. It is limited too: beyond that the position moves only as far as was
// counted from its old place. The counting reads an index and no rows.
#include "receipts/ReceiptStore.h"

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>

#include <algorithm>
#include <memory>

#include "support/Pair.h"
#include "support/SqlWords.h"

namespace chat::receipts {

using namespace Poco::Data::Keywords;

namespace {

/// Counts the messages of others than the account above a position, as far as it was asked to.
struct Count {
  Poco::UInt64 position = 0;
  Poco::UInt64 end = 0;  ///< the last message that is counted
  std::uint64_t ofAll = 0;
  std::uint64_t ofOthers = 0;
  bool isComplete = false;

  void readOn(Poco::Data::Session& session, const std::string& index, Poco::UInt64 conversation, Poco::UInt64 account,
              Poco::UInt64 atMost) {
    Poco::UInt64 rows = 0;
    Poco::UInt64 others = 0;
    Poco::UInt64 last = 0;
    Poco::Data::Statement select(session);
    select << "SELECT COUNT(*), COUNT(CASE WHEN sender_id <> ? THEN 1 END), COALESCE(MAX(id), 0) FROM"
              " (SELECT id, sender_id FROM message"
           << index << " WHERE conversation_id = ? AND id > ? AND id <= ? ORDER BY id LIMIT ?) passed",
        use(account), use(conversation), use(position), use(end), use(atMost), into(rows), into(others), into(last);
    select.execute();
    ofAll += rows;
    ofOthers += others;
    isComplete = rows < atMost || last == end;
    if (rows > 0) position = last;
  }
};

}  // namespace

struct ReceiptStore::Row {
  Poco::UInt64 conversation = 0;
  Poco::UInt64 delivered = 0;
  Poco::UInt64 read = 0;
  Poco::UInt64 readCount = 0;
  Poco::UInt64 newest = 0;
  Poco::UInt64 ofPeer = 0;

  Receipt receipt() const { return {delivered, read, ofPeer > readCount ? ofPeer - readCount : 0}; }
};

Receipt ReceiptStore::find(std::uint64_t accountId, std::uint64_t peerId) {
  Receipt receipt;
  _database.read([&](Poco::Data::Session& session) { receipt = load(session, accountId, peerId).receipt(); });
  return receipt;
}

ReceiptStore::Advanced ReceiptStore::advance(std::uint64_t accountId, std::uint64_t peerId, std::uint64_t delivered,
                                             std::uint64_t read, const Committed& committed) {
  // All reads are done before the work for the committing thread, which all writers share.
  Row to;
  bool moves = false;
  _database.read([&](Poco::Data::Session& session) {
    to = load(session, accountId, peerId);
    const Row from = to;
    const Poco::UInt64 upTo = std::min<Poco::UInt64>(read, from.newest);
    to.delivered = std::max({from.delivered, std::min<Poco::UInt64>(delivered, from.newest), upTo});
    moves = accountId != peerId && (upTo > from.read || to.delivered > from.delivered);
    if (moves && upTo > from.read) moveRead(session, accountId, to, upTo);
  });
  if (!moves) return {to.receipt(), false};

  // Owned by the commit, which may outlive this call while its result isn't known.
  const auto stored = std::make_shared<Receipt>();
  _database.commitTogetherOwned(
      [this, stored, accountId, peerId, to](Poco::Data::Session& session) {
        raise(session, accountId, to);
        *stored = load(session, accountId, peerId).receipt();
      },
      [stored, committed] { committed(*stored); });
  return {*stored, true};
}

ReceiptStore::Row ReceiptStore::load(Poco::Data::Session& session, std::uint64_t accountId, std::uint64_t peerId) {
  Poco::UInt64 account = accountId;
  support::Pair pair(accountId, peerId);
  Poco::UInt64 all = 0;
  Poco::UInt64 sent = 0;
  Row row;
  Poco::Data::Statement select(session);
  select << support::SqlWords(_database).selectInOrder()
         << " c.id, c.message_count + c.removed_count, c.last_message_id, me.sent_count + me.removed_count, "
            "COALESCE(r.delivered_id, 0),"
            " COALESCE(r.read_id, 0), COALESCE(r.read_count, 0) FROM conversation c"
            " JOIN member me ON me.conversation_id = c.id AND me.account_id = ?"
            " LEFT JOIN receipt r ON r.account_id = me.account_id AND r.conversation_id = c.id"
            " WHERE c.lo_id = ? AND c.hi_id = ?",
      use(account), use(pair.lo), use(pair.hi), into(row.conversation), into(all), into(row.newest), into(sent),
      into(row.delivered), into(row.read), into(row.readCount);
  if (select.execute() == 0) return {};
  if (accountId == peerId) {  // messages to oneself are read
    row.delivered = row.read = row.newest;
  } else {
    row.ofPeer = all > sent ? all - sent : 0;
  }
  return row;
}

void ReceiptStore::moveRead(Poco::Data::Session& session, std::uint64_t accountId, Row& row, std::uint64_t to) {
  constexpr Poco::UInt64 FirstChunk = 500;
  constexpr Poco::UInt64 LargestChunk = 32'000;
  const std::string index = support::SqlWords(_database).byIndex("message_conversation");
  Count passed{row.read, to};
  Count after{to, row.newest};
  after.isComplete = to == row.newest;
  for (Poco::UInt64 chunk = FirstChunk; !after.isComplete; chunk = std::min(2 * chunk, LargestChunk)) {
    for (Count* count : {&passed, &after}) {
      const Poco::UInt64 atMost = std::min<Poco::UInt64>(chunk, _reach - count->ofAll);
      if (!passed.isComplete && atMost > 0) count->readOn(session, index, row.conversation, accountId, atMost);
    }
    const bool isOutOfReach = passed.ofAll == _reach && after.ofAll == _reach && !after.isComplete;
    if (!passed.isComplete && !isOutOfReach) continue;
    row.read = passed.isComplete ? to : passed.position;
    row.readCount += passed.ofOthers;
    return;
  }
  row.read = to;
  row.readCount = row.ofPeer > after.ofOthers ? row.ofPeer - after.ofOthers : 0;
}

void ReceiptStore::raise(Poco::Data::Session& session, std::uint64_t accountId, const Row& to) {
  Poco::UInt64 account = accountId;
  Row row = to;
  using support::SqlWords;
  Poco::Data::Statement upsert(session);
  upsert << "INSERT INTO receipt (account_id, conversation_id, delivered_id, read_id, read_count)"
            " SELECT ?, id, ?, ?, ? FROM conversation WHERE id = ?"  // it may have been removed meanwhile
         << SqlWords(_database).orMerge("account_id, conversation_id", {{"delivered_id", SqlWords::Merge::Raise},
                                                                        {"read_id", SqlWords::Merge::Raise},
                                                                        {"read_count", SqlWords::Merge::Raise}}),
      use(account), use(row.delivered), use(row.read), use(row.readCount), use(row.conversation);
  upsert.execute();
}

}  // namespace chat::receipts
