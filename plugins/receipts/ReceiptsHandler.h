#pragma once

#include "base/Clock.h"
#include "plugin/api/Emitter.h"
#include "plugin/api/EventHandler.h"
#include "receipts/ReceiptStore.h"
#include "support/Accounts.h"
#include "support/RateLimiter.h"

namespace chat::receipts {

/// Event `receipts`: sets the user's positions in a conversation, or asks for those of one of the two.
class ReceiptsHandler final : public plugin::EventHandler {
 public:
  /// `reach`: see ReceiptStore.
  ReceiptsHandler(data::Database& database, plugin::Emitter& emitter, const base::Clock& clock,
                  const support::RateLimiter::Rate& rate, std::uint64_t reach = ReceiptStore::DefaultReach);

  void handle(const plugin::Request& request, plugin::Reply& reply) override;

 private:
  void tell(const support::Account& asker, const support::Account& peer, const Receipt& receipt) const;

  data::Database& _database;
  ReceiptStore _store;
  plugin::Emitter& _emitter;
  support::RateLimiter _limiter;
};

}  // namespace chat::receipts
