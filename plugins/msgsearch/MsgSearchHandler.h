#pragma once

#include "msgsearch/SearchStore.h"
#include "plugin/api/EventHandler.h"

namespace chat::msgsearch {

/// Event `msgsearch`: pages through the messages between the asking user and another one.
class MsgSearchHandler final : public plugin::EventHandler {
 public:
  explicit MsgSearchHandler(data::Database& database) : _database(database), _store(database) {}

  void handle(const plugin::Request& request, plugin::Reply& reply) override;

 private:
  data::Database& _database;
  SearchStore _store;
};

}  // namespace chat::msgsearch
