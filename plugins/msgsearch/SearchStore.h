#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/Database.h"
#include "support/ChatMessage.h"

namespace chat::msgsearch {

/// The searched messages.
struct Criteria {
  std::uint64_t conversationId = 0;  ///< 0: of no conversation, which finds nothing
  std::string foldedQuery;           ///< support::foldCase() of the text to search for; empty: any
};

/// Reads the tables `message` and `conversation`. Thread: any that may block.
class SearchStore {
 public:
  struct Page {
    std::vector<support::ChatMessage> messages;  ///< newest first
    bool isLast = true;
  };

  explicit SearchStore(data::Database& database) : _database(database) {}

  /// The conversation of two accounts, in any order: the same one twice for a user's messages to oneself. 0 for none.
  std::uint64_t conversationOf(std::uint64_t oneId, std::uint64_t otherId);
  /// The number of messages. Without a query it is stored; with one, each message of the conversation is read.
  std::uint64_t count(const Criteria& criteria);
  /// The `rows` messages after the newest `skipped`; the cost grows with `skipped`.
  Page page(const Criteria& criteria, std::uint64_t skipped, std::uint64_t rows);
  /// The newest `rows` messages with an id below `before`; the cost is the same at any depth.
  Page pageBefore(const Criteria& criteria, std::uint64_t before, std::uint64_t rows);

 private:
  Page select(const Criteria& criteria, std::uint64_t before, std::uint64_t skipped, std::uint64_t rows);
  std::string where(const Criteria& criteria) const;

  data::Database& _database;
};

}  // namespace chat::msgsearch
