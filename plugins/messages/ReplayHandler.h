#pragma once

#include <cstdint>

#include "data/Database.h"
#include "plugin/api/ConnectHandler.h"

namespace chat::messages {

/// Sends a socket the messages that it has missed, when it reconnects with `{"token":"…","since":"<id of the last
/// message it has>"}`.
class ReplayHandler final : public plugin::ConnectHandler {
 public:
  explicit ReplayHandler(data::Database& database) : _database(database) {}

  void connect(plugin::Admission& admission) override;
  void connected(const plugin::Caller& caller, std::string_view auth, plugin::Replay& replay) override;

 private:
  void send(const plugin::Identity& to, std::uint64_t position, plugin::Replay& replay);

  data::Database& _database;
};

}  // namespace chat::messages
