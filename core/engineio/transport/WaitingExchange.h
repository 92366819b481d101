#pragma once

#include <utility>

#include "http/Exchange.h"

namespace chat::engineio {

/// A request that is answered later; or none. Thread: the exchange's loop.
class WaitingExchange final : private http::AbortListener {
 public:
  class Owner {
   public:
    /// The client went away while its request waited.
    virtual void onAborted() = 0;

   protected:
    ~Owner() = default;
  };

  explicit WaitingExchange(Owner& owner) noexcept : _owner(owner) {}
  WaitingExchange(const WaitingExchange&) = delete;
  WaitingExchange& operator=(const WaitingExchange&) = delete;

  bool waits() const noexcept { return _exchange != nullptr; }
  void set(http::Exchange& exchange) noexcept {
    _exchange = &exchange;
    exchange.setAbortListener(this);
  }
  /// The request, to be answered now; null if there is none.
  http::Exchange* take() noexcept {
    if (_exchange) _exchange->setAbortListener(nullptr);
    return std::exchange(_exchange, nullptr);
  }

 private:
  void onAborted() override {
    _exchange = nullptr;
    _owner.onAborted();
  }

  Owner& _owner;
  http::Exchange* _exchange = nullptr;
};

}  // namespace chat::engineio
