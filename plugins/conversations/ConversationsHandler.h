#pragma once

#include "conversations/ConversationStore.h"
#include "plugin/api/EventHandler.h"

namespace chat::conversations {

/// Event `conversations`: the user's conversations, newest first, page by page.
class ConversationsHandler final : public plugin::EventHandler {
 public:
  explicit ConversationsHandler(data::Database& database) : _store(database) {}

  void handle(const plugin::Request& request, plugin::Reply& reply) override;

 private:
  ConversationStore _store;
};

}  // namespace chat::conversations
