#pragma once

#include <cstdint>
#include <string>

#include "base/Clock.h"
#include "plugin/api/Emitter.h"
#include "plugin/api/EventHandler.h"
#include "typing/LoopRateLimiter.h"
#include "typing/NameCache.h"
#include "typing/Resolver.h"

namespace chat::typing {

/// Event `typing`: tells another user's sockets that the user is writing to them, or has stopped. Runs on the loop; the
/// first notice for a user looks up their account in the database.
class TypingHandler final : public plugin::EventHandler {
 public:
  struct Settings {
    std::uint32_t seconds = 6;  ///< how long a notice is valid without a repetition
    std::uint32_t burst = 20;
    std::uint32_t perSecond = 5;
  };

  TypingHandler(data::Database& database, plugin::Emitter& emitter, const base::Clock& clock, Poco::Logger& logger,
                Resolver::Submit submit, const Settings& settings);

  plugin::Execution execution() const noexcept override { return plugin::Execution::Inline; }
  void handle(const plugin::Request& request, plugin::Reply& reply) override;

 private:
  void tell(std::uint64_t accountId, const std::string& document) const;

  plugin::Emitter& _emitter;
  const Settings _settings;
  LoopRateLimiter _limiter;
  NameCache _names;
  Resolver _resolver;
};

}  // namespace chat::typing
