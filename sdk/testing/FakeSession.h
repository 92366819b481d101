#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engineio/api/Session.h"

namespace chat::testing {

/// An Engine.IO session without a transport: the server's messages are handed to the receiver.
/// Thread: the loop's.
class FakeSession final : public engineio::Session {
 public:
  class Receiver {
   public:
    virtual void onText(std::string_view text) = 0;
    virtual void onBinary(std::string_view bytes) = 0;
    virtual void onEnded() = 0;

   protected:
    ~Receiver() = default;
  };

  FakeSession(net::Loop& loop, std::string id, std::shared_ptr<const engineio::Handshake> handshake,
              std::string_view transport, Receiver& receiver);

  /// Passes a client's message to the server.
  void fromClient(std::string_view text);
  void fromClientBinary(std::string_view bytes);
  /// The connection is over.
  void end(engineio::CloseReason reason);
  void setListener(engineio::SessionListener& listener) noexcept { _listener = &listener; }
  bool ended() const noexcept { return _closed; }

  std::string_view id() const noexcept override { return _id; }
  net::Loop& loop() const noexcept override { return _loop; }
  const engineio::Handshake& handshake() const noexcept override { return *_handshake; }
  std::string_view transport() const noexcept override { return _transport; }
  void sendText(std::span<const std::string_view> pieces) override;
  void sendBinary(std::string_view bytes) override;
  void send(const engineio::WirePacket& packet) override;
  std::size_t backlog() const noexcept override { return 0; }
  bool writable() const noexcept override { return true; }
  void pauseReading() override {}
  void resumeReading() override {}
  void close(engineio::CloseReason reason) override;

 private:
  net::Loop& _loop;
  const std::string _id;
  const std::shared_ptr<const engineio::Handshake> _handshake;
  const std::string_view _transport;  // a constant
  Receiver& _receiver;
  engineio::SessionListener* _listener = nullptr;
  bool _closed = false;
};

}  // namespace chat::testing
