#pragma once

#include "data/Database.h"
#include "plugin/api/ConnectHandler.h"

namespace chat::messages {

/// Sends a reconnecting socket the messages that it has missed: `{"token":"…","since":"<id of the last message it
/// has>"}`.
class ReplayHandler final : public plugin::ConnectHandler {
 public:
  explicit ReplayHandler(data::Database& database) : _database(database) {}

  void connect(plugin::Admission& admission) override;
  void connected(const plugin::Caller& caller, std::string_view auth, plugin::Replay& replay) override;

 private:
  data::Database& _database;
};

}  // namespace chat::messages
