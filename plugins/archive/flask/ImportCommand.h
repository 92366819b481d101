#pragma once

#include "base/Clock.h"
#include "data/Database.h"
#include "plugin/api/CommandHandler.h"

namespace chat::archive {

/// Command `import-flask`: takes over the data of the Flask chat. Thread: any that may block.
class ImportCommand final : public plugin::CommandHandler {
 public:
  ImportCommand(data::Database& database, const base::Clock& clock) : _database(database), _clock(clock) {}
  void run(plugin::CommandCall& call) override;

 private:
  data::Database& _database;
  const base::Clock& _clock;
};

}  // namespace chat::archive
