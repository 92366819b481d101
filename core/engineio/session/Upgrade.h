#pragma once

#include <memory>
#include <utility>

#include "base/Clock.h"
#include "engineio/transport/Transport.h"
#include "net/Timer.h"

namespace chat::engineio {

/// A transport on its way to replace a session's present one: the client sends `2probe` over it, is answered `3probe`,
/// and sends `5` once nothing is under way over the old one. Until then the session goes on as before, and it does so
/// too if the upgrade fails.
///
/// Thread: the session's loop. Ownership: the session's, until the end of the turn in which the upgrade is over.
class Upgrade final : private Transport::Owner {
 public:
  class Owner {
   public:
    /// The probe was answered, and again every tenth of a second after that: a client goes on only when no request of
    /// the old transport is under way.
    virtual void onProbed() = 0;
    /// The client goes over: `take` the transport.
    virtual void onUpgraded() = 0;
    /// The new transport has ended, something else came over it, or it took too long. It is closed.
    virtual void onUpgradeFailed() = 0;

   protected:
    ~Owner() = default;
  };

  /// `timeout`: for all of it.
  Upgrade(Owner& owner, net::Loop& loop, base::Duration timeout) noexcept;
  ~Upgrade();

  /// The owner that the new transport is opened with.
  Transport::Owner& transportOwner() noexcept { return *this; }
  /// The new transport, once.
  void begin(std::unique_ptr<Transport> transport) noexcept { _transport = std::move(transport); }
  /// The transport, which belongs to the session from now on.
  std::unique_ptr<Transport> take() noexcept;

 private:
  bool onPacket(const PacketView& packet) override;
  void onDrained() override {}
  void onTooSlow() override { fail(); }
  void onClosed(CloseReason) override { fail(); }
  void fail();
  void remind();

  Owner& _owner;
  net::Loop& _loop;
  std::unique_ptr<Transport> _transport;
  net::Timer _timeout;
  net::Timer _reminder;
  bool _isProbed = false;
};

}  // namespace chat::engineio
