#pragma once

#include <cstddef>
#include <memory>

#include "base/Clock.h"
#include "messages/MessageFeed.h"
#include "messages/MessageStore.h"
#include "plugin/api/EventHandler.h"
#include "support/Attributes.h"
#include "support/RateLimiter.h"

namespace chat::messages {

/// Event `messages`: stores a message and, once it is committed, hands it to the feed.
class MessagesHandler final : public plugin::EventHandler {
 public:
  struct Settings {
    std::size_t textCharacters = 4096;
    support::AttributeLimits attributes;
    support::RateLimiter::Rate rate;
  };

  MessagesHandler(data::Database& database, MessageFeed& feed, const base::Clock& clock, const Settings& settings);

  void handle(const plugin::Request& request, plugin::Reply& reply) override;

 private:
  NewMessage read(const plugin::Request& request, const plugin::Identity& sender) const;
  void answer(const StoredMessage& stored, const std::shared_ptr<plugin::PendingReply>& pending) const;

  MessageStore _store;
  MessageFeed& _feed;
  const base::Clock& _clock;
  Settings _settings;
  support::RateLimiter _limiter;
};

}  // namespace chat::messages
