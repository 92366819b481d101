// The unread count needs no counter. `read_count` is the number of the other user's messages with an id up to
// `read_id`. Messages are never changed or removed and a conversation's ids grow in the order of their commits, so the
// number depends only on the id: every computation gives the same result, and two devices that report at the same
// moment can't make it wrong. The unread count is the number of all messages of the other user, which `conversation`
// has, less `read_count`. Each message is counted once, when the position passes it.
#include "receipts/ReceiptStore.h"

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>

#include <algorithm>
#include <memory>

#include "support/SqlWords.h"

namespace chat::receipts {

using namespace Poco::Data::Keywords;

struct ReceiptStore::Row {
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
    to.read = std::max(from.read, std::min<Poco::UInt64>(read, from.newest));
    to.delivered = std::max({from.delivered, std::min<Poco::UInt64>(delivered, from.newest), to.read});
    moves = accountId != peerId && (to.read > from.read || to.delivered > from.delivered);
    if (moves && to.read > from.read) to.readCount += countOfPeer(session, accountId, peerId, from.read, to.read);
  });
  if (!moves) return {to.receipt(), false};

  // Owned by the commit, which may outlive this call while its result isn't known.
  const auto stored = std::make_shared<Receipt>();
  _database.commitTogetherOwned(
      [this, stored, accountId, peerId, to](Poco::Data::Session& session) {
        raise(session, accountId, peerId, to);
        *stored = load(session, accountId, peerId).receipt();
      },
      [stored, committed] { committed(*stored); });
  return {*stored, true};
}

ReceiptStore::Row ReceiptStore::load(Poco::Data::Session& session, std::uint64_t accountId, std::uint64_t peerId) {
  Poco::UInt64 account = accountId;
  Poco::UInt64 peer = peerId;
  Poco::UInt64 lo = std::min(account, peer);
  Poco::UInt64 hi = std::max(account, peer);
  Poco::UInt64 all = 0;
  Poco::UInt64 loSent = 0;
  Row row;
  Poco::Data::Statement select(session);
  select << "SELECT c.message_count, c.last_message_id, c.lo_sent, COALESCE(r.delivered_id, 0), COALESCE(r.read_id, 0),"
            " COALESCE(r.read_count, 0) FROM conversation c LEFT JOIN receipt r ON r.account_id = ? AND r.peer_id = ?"
            " WHERE c.lo_id = ? AND c.hi_id = ?",
      use(account), use(peer), use(lo), use(hi), into(all), into(row.newest), into(loSent), into(row.delivered),
      into(row.read), into(row.readCount);
  if (select.execute() == 0) return {};
  if (account == peer) {  // messages to oneself are read
    row.delivered = row.read = row.newest;
  } else {
    row.ofPeer = peer == lo ? loSent : all - loSent;
  }
  return row;
}

std::uint64_t ReceiptStore::countOfPeer(Poco::Data::Session& session, std::uint64_t accountId, std::uint64_t peerId,
                                        std::uint64_t above, std::uint64_t upTo) {
  Poco::UInt64 lo = std::min(accountId, peerId);
  Poco::UInt64 hi = std::max(accountId, peerId);
  Poco::UInt64 peer = peerId;
  Poco::UInt64 from = above;
  Poco::UInt64 to = upTo;
  Poco::UInt64 count = 0;
  Poco::Data::Statement select(session);
  select << "SELECT COUNT(*) FROM message" << support::SqlWords(_database).byIndex("message_conversation")
         << " WHERE lo_id = ? AND hi_id = ? AND id > ? AND id <= ? AND sender_id = ?",
      use(lo), use(hi), use(from), use(to), use(peer), into(count);
  select.execute();
  return count;
}

void ReceiptStore::raise(Poco::Data::Session& session, std::uint64_t accountId, std::uint64_t peerId, const Row& to) {
  Poco::UInt64 account = accountId;
  Poco::UInt64 peer = peerId;
  Row row = to;
  using support::SqlWords;
  Poco::Data::Statement upsert(session);
  upsert << "INSERT INTO receipt (account_id, peer_id, delivered_id, read_id, read_count) VALUES (?, ?, ?, ?, ?)"
         << SqlWords(_database).orMerge("account_id, peer_id", {{"delivered_id", SqlWords::Merge::Raise},
                                                                {"read_id", SqlWords::Merge::Raise},
                                                                {"read_count", SqlWords::Merge::Raise}}),
      use(account), use(peer), use(row.delivered), use(row.read), use(row.readCount);
  upsert.execute();
}

}  // namespace chat::receipts
