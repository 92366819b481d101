#pragma once

#include "messages/MessageStore.h"
#include "plugin/api/ConnectHandler.h"

namespace chat::messages {

/// Sends a reconnecting socket the messages that it has missed: `{"token":"…","since":"<id of the last message it
/// has>"}`.
class ReplayHandler final : public plugin::ConnectHandler {
 public:
  explicit ReplayHandler(data::Database& database) : _store(database) {}

  void connect(plugin::Admission& admission) override;
  void connected(const plugin::Caller& caller, std::string_view auth, plugin::Replay& replay) override;

 private:
  MessageStore _store;
};

}  // namespace chat::messages
