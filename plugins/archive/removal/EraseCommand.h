#pragma once

#include "base/Clock.h"
#include "data/Database.h"
#include "plugin/api/CommandHandler.h"

namespace chat::archive {

/// Command `erase`: erases an account, or finishes erasures that were interrupted. Thread: any that may block.
class EraseCommand final : public plugin::CommandHandler {
 public:
  EraseCommand(data::Database& database, const base::Clock& clock) : _database(database), _clock(clock) {}
  void run(plugin::CommandCall& call) override;

 private:
  data::Database& _database;
  const base::Clock& _clock;
};

}  // namespace chat::archive
