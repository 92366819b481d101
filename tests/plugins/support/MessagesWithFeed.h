#pragma once

#include <Poco/Logger.h>

#include <chrono>

#include "messages/MessageFeed.h"
#include "messages/MessagesHandler.h"

namespace chat::test {

/// The handler of `messages` with its feed, as the plugin has them on one server.
class MessagesWithFeed final : public plugin::EventHandler {
 public:
  MessagesWithFeed(data::Database& database, plugin::Emitter& emitter, const base::Clock& clock,
                   const messages::MessagesHandler::Settings& settings = {},
                   std::chrono::milliseconds interval = std::chrono::minutes(1))
      : _feed(database, emitter, Poco::Logger::get("messages"), interval), _handler(database, _feed, clock, settings) {}

  void handle(const plugin::Request& request, plugin::Reply& reply) override { _handler.handle(request, reply); }

 private:
  messages::MessageFeed _feed;
  messages::MessagesHandler _handler;
};

}  // namespace chat::test
