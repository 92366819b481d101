#pragma once

#include "base/Clock.h"
#include "data/Database.h"
#include "plugin/api/CommandHandler.h"

namespace chat::archive {

/// Command `purge`: removes messages that are older than an age or a day. Thread: any that may block.
class PurgeCommand final : public plugin::CommandHandler {
 public:
  PurgeCommand(data::Database& database, const base::Clock& clock) : _database(database), _clock(clock) {}
  void run(plugin::CommandCall& call) override;

 private:
  data::Database& _database;
  const base::Clock& _clock;
};

}  // namespace chat::archive
