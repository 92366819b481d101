#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "data/Database.h"

namespace chat::archive {

/// Checks what must hold between the chat's tables, in one moment and in bounded memory: numbers and newest messages of
/// conversations, numbers of members, the end of the order, unread counts, rows without those they belong to, and
/// the search index. Thread: one that may block, for as long as it takes.
class Verification {
 public:
  /// Told of each fault, as a sentence.
  using Report = std::function<void(const std::string& fault)>;

  Verification(data::Database& database, Report report) : _database(database), _report(std::move(report)) {}

  struct Result {
    std::uint64_t accounts = 0;
    std::uint64_t conversations = 0;
    std::uint64_t messages = 0;
    std::uint64_t faults = 0;
  };
  Result run();

 private:
  void checkOrder(Poco::Data::Session& session);
  void checkConversations(Poco::Data::Session& session);
  void checkMembers(Poco::Data::Session& session);
  void checkUnread(Poco::Data::Session& session);
  void checkOrphans(Poco::Data::Session& session);
  void checkErasures(Poco::Data::Session& session);
  void checkTexts(Poco::Data::Session& session, std::uint64_t readyFrom);
  void checkIndex(Poco::Data::Session& session, std::uint64_t readyFrom);
  void checkIndexOf(Poco::Data::Session& session, std::uint64_t conversation, std::uint64_t readyFrom);
  void fault(const std::string& what);

  data::Database& _database;
  const Report _report;
  Result _result;
};

}  // namespace chat::archive
