#pragma once

#include <cstddef>

#include "base/Clock.h"
#include "messages/MessageStore.h"
#include "plugin/api/Emitter.h"
#include "plugin/api/EventHandler.h"
#include "support/Attributes.h"
#include "support/RateLimiter.h"

namespace chat::messages {

/// Event `messages`: stores a message and, once it is committed, emits it to every socket of sender and receiver.
class MessagesHandler final : public plugin::EventHandler {
 public:
  struct Settings {
    std::size_t textCharacters = 4096;
    support::AttributeLimits attributes;
    support::RateLimiter::Rate rate;
  };

  MessagesHandler(data::Database& database, plugin::Emitter& emitter, const base::Clock& clock,
                  const Settings& settings);

  void handle(const plugin::Request& request, plugin::Reply& reply) override;

 private:
  NewMessage read(const plugin::Request& request, const plugin::Identity& sender) const;
  void answer(const StoredMessage& stored, plugin::PendingReply& pending) const;
  void tell(const StoredMessage& stored, const std::string& toSender) const;

  MessageStore _store;
  plugin::Emitter& _emitter;
  const base::Clock& _clock;
  Settings _settings;
  support::RateLimiter _limiter;
};

}  // namespace chat::messages
