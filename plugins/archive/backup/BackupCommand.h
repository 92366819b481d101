#pragma once

#include "base/Clock.h"
#include "data/Database.h"
#include "plugin/api/CommandHandler.h"

namespace chat::archive {

/// Command `backup`: writes the chat's tables as they are in one moment into a file that any engine can restore.
/// Thread: any that may block.
class BackupCommand final : public plugin::CommandHandler {
 public:
  BackupCommand(data::Database& database, const base::Clock& clock) : _database(database), _clock(clock) {}
  void run(plugin::CommandCall& call) override;

 private:
  data::Database& _database;
  const base::Clock& _clock;
};

}  // namespace chat::archive
