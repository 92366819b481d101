#pragma once

#include "data/Database.h"
#include "plugin/api/CommandHandler.h"

namespace chat::archive {

/// Command `verify`: checks the tables and says each fault. Thread: any that may block.
class VerifyCommand final : public plugin::CommandHandler {
 public:
  explicit VerifyCommand(data::Database& database) : _database(database) {}
  void run(plugin::CommandCall& call) override;

 private:
  data::Database& _database;
};

}  // namespace chat::archive
