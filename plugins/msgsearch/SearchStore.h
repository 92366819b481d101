#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <vector>

#include "data/Database.h"
#include "msgsearch/Deadline.h"
#include "msgsearch/Search.h"
#include "support/ChatMessage.h"

namespace chat::msgsearch {

/// Pages of messages, newest first. Thread: any that may block.
class SearchStore {
 public:
  struct Page {
    std::vector<support::ChatMessage> messages;
    /// Older messages have lower ids than this one; nothing if there are none.
    std::optional<std::uint64_t> next;
    bool isPartial = false;   ///< the time was over before the page was full, or before all were counted
    std::uint64_t total = 0;  ///< of numbered pages: how many there are, or were counted
  };

  explicit SearchStore(data::Database& database) : _database(database) {}

  // --- all messages of a conversation; 0 has none ---

  /// The conversation of two accounts, in any order: the same one twice for a user's messages to oneself. 0 for none.
  std::uint64_t conversationOf(std::uint64_t oneId, std::uint64_t otherId);
  /// How many there are; it is stored.
  std::uint64_t count(std::uint64_t conversation);
  /// The `rows` messages after the newest `skipped` of `total`. The cost grows with the distance to the nearer end.
  Page page(std::uint64_t conversation, std::uint64_t total, std::uint64_t skipped, std::uint64_t rows,
            const Deadline& deadline);
  /// The newest `rows` messages with an id below `before`; the cost is the same at any depth.
  Page pageBefore(std::uint64_t conversation, std::uint64_t before, std::uint64_t rows);

  // --- those that a search finds ---

  /// The newest `rows`.
  Page find(const Search& search, std::uint64_t rows, const Deadline& deadline);
  /// The `rows` after the newest `skipped`; counts all.
  Page findPage(const Search& search, std::uint64_t skipped, std::uint64_t rows, const Deadline& deadline);

 private:
  enum class Order { NewestFirst, OldestFirst };

  Page read(std::uint64_t conversation, std::uint64_t beyond, std::uint64_t rows, Order order);
  std::optional<std::uint64_t> skip(std::uint64_t conversation, std::uint64_t count, Order order,
                                    const Deadline& deadline);
  std::uint64_t readyFrom();

  data::Database& _database;
  std::atomic<bool> _areAllReady{false};
};

}  // namespace chat::msgsearch
