#pragma once

#include <set>
#include <vector>

#include "archive/flask/TakenMessage.h"
#include "data/Database.h"

namespace chat::archive {

/// Stores messages that were sent elsewhere, with their dates, as `messages` would have stored them: conversations,
/// members, newest messages and the search index. To be called in a transaction.
class TakenMessages {
 public:
  /// `markRead`: both users have read them.
  TakenMessages(data::Database& database, bool markRead) : _database(database), _markRead(markRead) {}

  /// Locks the accounts first. Returns the old ids of those whose account doesn't exist any more.
  std::set<std::uint64_t> store(Poco::Data::Session& session, const std::vector<TakenMessage>& messages) const;

 private:
  struct Batch;

  void findConversations(Poco::Data::Session& session, Batch& batch) const;
  void insert(Poco::Data::Session& session, Batch& batch) const;
  void addToSearch(Poco::Data::Session& session, const Batch& batch) const;
  void count(Poco::Data::Session& session, const Batch& batch) const;
  void markRead(Poco::Data::Session& session, std::uint64_t conversation) const;

  data::Database& _database;
  const bool _markRead;
};

}  // namespace chat::archive
