#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "data/Database.h"

namespace chat::receipts {

/// A user's positions in the conversation with another user.
struct Receipt {
  std::uint64_t delivered = 0;  ///< the last message that was delivered to one of the user's devices; at least `read`
  std::uint64_t read = 0;       ///< the last message that the user has read
  std::uint64_t unread = 0;     ///< the number of the other user's messages after `read`
};

/// The table `receipt`. Thread: any that may block.
class ReceiptStore {
 public:
  using Committed = std::function<void(const Receipt&)>;

  static constexpr std::uint64_t DefaultReach = 100'000;

  /// `reach`: how many messages a call counts at most from each end of the unread ones; see `advance`.
  explicit ReceiptStore(data::Database& database, std::uint64_t reach = DefaultReach)
      : _database(database), _reach(reach) {}

  Receipt find(std::uint64_t accountId, std::uint64_t peerId);

  /// Moves the positions forward; they never go back, nor beyond the newest message. If `read` is more than `reach`
  /// messages away from the old position as well as from the newest message, it moves by `reach` only, so that the
  /// count is exact and its cost limited. `committed` is called with the result once it is durable, one call after the
  /// other in the order of the commits, and must not block; it isn't called if nothing moves. `moved` says whether
  /// anything did.
  struct Advanced {
    Receipt receipt;
    bool moved = false;
  };
  /// `committed` may be called after the call has thrown data::CommitInDoubt, so it must own what it uses.
  Advanced advance(std::uint64_t accountId, std::uint64_t peerId, std::uint64_t delivered, std::uint64_t read,
                   const Committed& committed);

 private:
  struct Row;

  Row load(Poco::Data::Session& session, std::uint64_t accountId, std::uint64_t peerId);
  void moveRead(Poco::Data::Session& session, std::uint64_t accountId, Row& row, std::uint64_t to);
  void raise(Poco::Data::Session& session, std::uint64_t accountId, const Row& to);

  data::Database& _database;
  const std::uint64_t _reach;
};

}  // namespace chat::receipts
