#pragma once

#include <set>
#include <vector>

#include "archive/flask/TakenMessage.h"
#include "data/Database.h"

namespace chat::archive {

/// Stores messages that were sent elsewhere, with their dates, as `messages` would have stored them: conversations,
/// members, their place in the order, newest messages and the search index. To be called in a transaction.
class TakenMessages {
 public:
  /// `markRead`: both users have read them.
  TakenMessages(data::Database& database, bool markRead) : _database(database), _markRead(markRead) {}

  /// Locks the accounts, the conversations, then the order. Returns the old ids of those whose account was erased.
  std::set<std::uint64_t> store(Poco::Data::Session& session, const std::vector<TakenMessage>& messages) const;

 private:
  struct Batch;

  std::set<std::uint64_t> lockValidAccounts(Poco::Data::Session& session,
                                            const std::vector<TakenMessage>& messages) const;
  void findConversations(Poco::Data::Session& session, Batch& batch) const;
  void countMembers(Poco::Data::Session& session, const Batch& batch) const;
  void insert(Poco::Data::Session& session, Batch& batch) const;
  void addToSearch(Poco::Data::Session& session, const Batch& batch) const;
  void countConversations(Poco::Data::Session& session, const Batch& batch) const;
  void markRead(Poco::Data::Session& session, std::uint64_t conversation) const;

  data::Database& _database;
  const bool _markRead;
};

}  // namespace chat::archive
