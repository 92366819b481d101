#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/Clock.h"
#include "data/Database.h"
#include "plugin/api/CommandHandler.h"
#include "support/Accounts.h"

namespace chat::archive {

/// Command `export`: all that the database has about a user, as JSON Lines, of one moment and in bounded memory.
/// Thread: any that may block.
class ExportCommand final : public plugin::CommandHandler {
 public:
  ExportCommand(data::Database& database, const base::Clock& clock) : _database(database), _clock(clock) {}
  void run(plugin::CommandCall& call) override;

 private:
  using Write = std::function<void(const std::string& line)>;

  void exportAll(Poco::Data::Session& session, const support::Account& account, const Write& write) const;
  static void exportAccount(Poco::Data::Session& session, std::uint64_t account, const Write& write);
  static void exportSessions(Poco::Data::Session& session, std::uint64_t account, const Write& write);
  std::uint64_t exportConversations(Poco::Data::Session& session, const support::Account& account,
                                    const Write& write) const;
  std::uint64_t exportMessages(Poco::Data::Session& session, std::uint64_t conversation, std::uint64_t account,
                               const Write& write) const;
  static void exportPresence(Poco::Data::Session& session, std::uint64_t account, const Write& write);

  data::Database& _database;
  const base::Clock& _clock;
};

}  // namespace chat::archive
