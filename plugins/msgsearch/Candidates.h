#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "data/Database.h"
#include "msgsearch/BoundSql.h"
#include "msgsearch/Search.h"

namespace chat::msgsearch {

/// Reads the messages of a scope that a search may find, newest first: from the search index, or from the messages
/// themselves. Each function is a few statements over a range of ids, so that the caller decides how long it takes.
/// Thread: any that may block.
class Candidates {
 public:
  /// Ids from `from` to below `below`.
  struct Range {
    std::uint64_t from = 0;
    std::uint64_t below = 0;
  };
  struct Batch {
    std::vector<support::ChatMessage> messages;
    std::uint64_t from = 0;  ///< there are no others with this id or a higher one in the range
  };
  /// Whether `message.body_folded` has its present form in a range.
  enum class Form { Present, Earlier };

  /// Of a user with more conversations than these all users' messages are read, in the order of their ids: to look
  /// into each of the conversations would take too long for a step.
  static constexpr std::uint64_t MostConversations = 1'000;

  /// `search` must outlive it.
  Candidates(data::Database& database, const Search& search, std::uint64_t mostConversations = MostConversations);

  /// Whether the search index knows something about what is searched for.
  bool hasTokens() const noexcept { return _hasTokens; }
  /// The newest id of the scope, or one above it.
  std::uint64_t newest();
  /// An id with at most `count` messages of the scope from there to below `below`, the lowest one of a conversation; 0
  /// if all are.
  std::uint64_t startOf(std::uint64_t below, std::uint64_t count);
  /// By how much the dates of messages may contradict the order of their ids: servers' clocks differ.
  static constexpr support::Millis ClockDifference = 3'600'000;
  /// No message below this id has the date or a later one.
  std::uint64_t idAt(support::Millis date);

  Batch fromIndex(const Range& range, std::uint64_t limit);
  Batch fromTable(const Range& range, std::uint64_t limit, Form form);

 private:
  void addConversation(BoundSql& sql) const;
  void addOwn(BoundSql& sql, const Range& range);
  std::uint64_t startOfOwn(std::uint64_t below, std::uint64_t count);
  void findConversations();
  void addFilter(BoundSql& sql, Form form) const;
  std::uint64_t oneNumber(BoundSql& sql);
  std::vector<support::ChatMessage> read(BoundSql& sql);

  data::Database& _database;
  const Search& _search;
  std::string _expression;
  bool _hasTokens = false;
  std::vector<std::string> _pieces;
  const std::uint64_t _mostConversations;
  /// A conversation of the account and its newest message.
  struct Own {
    Poco::UInt64 id = 0;
    Poco::UInt64 newest = 0;
  };
  std::optional<std::vector<Own>> _own;  ///< one more than `_mostConversations` if it has more
  std::uint64_t _idsInStep;
};

}  // namespace chat::msgsearch
