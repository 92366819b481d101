#pragma once

#include <Poco/Logger.h>

#include "messages/MessageFeed.h"
#include "messages/MessagesHandler.h"

namespace chat::test {

/// The handler of `messages` with its feed, as the plugin has them on one server; the feed looks only if it is told.
class MessagesWithFeed final : public plugin::EventHandler {
 public:
  MessagesWithFeed(data::Database& database, plugin::Emitter& emitter, const base::Clock& clock,
                   const messages::MessagesHandler::Settings& settings = {})
      : _feed(database, emitter, Poco::Logger::get("messages"), [](const auto&) { return false; }),
        _handler(database, _feed, clock, settings) {}

  messages::MessageFeed& feed() noexcept { return _feed; }
  void handle(const plugin::Request& request, plugin::Reply& reply) override { _handler.handle(request, reply); }

 private:
  messages::MessageFeed _feed;
  messages::MessagesHandler _handler;
};

}  // namespace chat::test
