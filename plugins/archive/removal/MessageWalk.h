#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "archive/removal/MessageRemoval.h"

namespace chat::archive {

/// Walks through messages by their ids, the oldest first, and removes those that meet a condition, in steps of bounded
/// size: a step reads some thousand rows and removes at most a hundred messages.
class MessageWalk {
 public:
  /// Through all messages, or those of one conversation.
  MessageWalk(data::Database& database, const MessageRemoval::Condition& condition,
              std::optional<std::uint64_t> conversationId = {})
      : _database(database), _removal(database), _condition(condition), _conversation(conversationId) {}

  struct Step {
    std::size_t removed = 0;
    bool isLast = false;
  };
  Step next();
  /// How many the next steps would remove, without removing any.
  std::uint64_t count();

 private:
  std::vector<RemovalCandidate> readOn();

  data::Database& _database;
  MessageRemoval _removal;
  const MessageRemoval::Condition _condition;
  const std::optional<std::uint64_t> _conversation;
  std::uint64_t _position = 0;
  bool _isAtEnd = false;
};

}  // namespace chat::archive
