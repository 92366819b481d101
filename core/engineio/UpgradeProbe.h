#pragma once

#include "base/Clock.h"
#include "net/Timer.h"
#include "websocket/Session.h"

namespace chat::engineio {

/// A WebSocket on its way to replace a session's polling: `2probe` in, `3probe` out, then `5` in once the client has
/// stopped polling. Until then the session lives on by polling and outlives the probe's failure.
///
/// Thread: the session's loop.
class UpgradeProbe final : private websocket::MessageSink {
 public:
  class Owner {
   public:
    /// The probe was answered, and again every tenth of a second after: a GET that waits is to be let go, as the client
    /// upgrades only when none is under way.
    virtual void onProbed() = 0;
    /// The client upgrades: `release` the WebSocket.
    virtual void onUpgraded() = 0;
    /// The WebSocket went away, said something else or took too long. It is closed; the probe may be destroyed later in
    /// the turn.
    virtual void onProbeFailed() = 0;

   protected:
    ~Owner() = default;
  };

  UpgradeProbe(Owner& owner, websocket::Session& webSocket, base::Duration timeout);
  ~UpgradeProbe() override;

  /// The WebSocket, which hears from then on of `sink`.
  websocket::Session& release(websocket::MessageSink& sink) noexcept;

 private:
  void onText(std::string_view text) override;
  void onBinary(std::string_view bytes) override;
  void onClosed(websocket::CloseCode code) override;
  void fail();
  void remind();

  Owner& _owner;
  websocket::Session* _webSocket;
  net::Timer _timeout;
  net::Timer _reminder;
  bool _probed = false;
};

}  // namespace chat::engineio
