#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "data/Database.h"
#include "support/Date.h"

namespace chat::archive {

/// A message that may be removed.
struct RemovalCandidate {
  std::uint64_t id = 0;
  std::uint64_t conversationId = 0;
};

/// Removes messages with all that follows from them, as if they had never been sent: numbers and newest messages of
/// conversations and members, unread counts, the search index, and conversations that are empty afterwards. The order
/// of messages, which only grows, stays.
///
/// A transaction locks the conversations first, in the order of their ids. So it should have few messages. Oldest
/// messages come first, because then the unread counts are right also for a user who marks
/// messages as read at the same moment (docs/decisions/0024).
class MessageRemoval {
 public:
  /// What a candidate must still be when the rows are locked.
  struct Condition {
    std::optional<support::Millis> before;  ///< its date
    std::optional<std::uint64_t> sender;
  };

  explicit MessageRemoval(data::Database& database) : _database(database) {}

  /// In one transaction. Returns how many were removed.
  std::size_t remove(std::span<const RemovalCandidate> candidates, const Condition& condition);

 private:
  struct Conversation;
  struct Batch;

  Batch read(Poco::Data::Session& session, std::span<const RemovalCandidate> candidates, const Condition& condition);
  void removeFromSearch(Poco::Data::Session& session, const Batch& batch) const;
  void countUnreadAsRead(Poco::Data::Session& session, const Batch& batch) const;
  static void countDown(Poco::Data::Session& session, const Batch& batch);
  static void setNewest(Poco::Data::Session& session, std::uint64_t conversationId);

  data::Database& _database;
};

}  // namespace chat::archive
