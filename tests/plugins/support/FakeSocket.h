#pragma once

#include <boost/json/value.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plugin/api/Caller.h"
#include "plugin/api/ConnectHandler.h"
#include "plugin/api/EventHandler.h"
#include "support/PlainCaller.h"

namespace chat::test {

/// A client's answer to one event, or to connecting.
struct Answer {
  int status = 0;
  boost::json::value document;
  bool isEmitted = false;       ///< the event was emitted to the asking socket, by the handler itself
  bool isAcknowledged = false;  ///< the callback was called
  std::optional<std::uint32_t> retryAfter;

  /// `errors.code`, 0 for none.
  int code() const;
  std::string detail() const;
  /// The member at a JSON pointer (`/data/id`) as text; `(none)` if there is none.
  std::string text(std::string_view pointer) const;
  bool has(std::string_view pointer) const;
  const boost::json::value& at(std::string_view pointer) const;
};

/// A client's socket without a server: calls handlers as the server would and keeps the identity that they give it.
/// Thread: one at a time; several sockets may be used on several threads.
class FakeSocket final : public PlainCaller {
 public:
  explicit FakeSocket(std::string address = "192.0.2.1", std::string id = "socket-1")
      : _address(std::move(address)), _id(std::move(id)) {}

  /// Sends an event with one document. An AppError becomes the server's answer to it; any other exception is thrown on.
  Answer send(plugin::EventHandler& handler, std::string_view event, std::string_view document);
  /// Calls the connect handlers in their order.
  Answer connect(const std::vector<plugin::ConnectHandler*>& handlers, std::string_view auth);

  bool isHeld() const noexcept { return _isHeld; }
  void setIdentity(std::optional<plugin::Identity> identity) { _identity = std::move(identity); }

  std::string_view socketId() const noexcept override { return _id; }
  const plugin::Identity* identity() const noexcept override { return _identity ? &*_identity : nullptr; }
  std::string_view address() const noexcept override { return _address; }

 private:
  std::string _address;
  std::string _id;
  std::optional<plugin::Identity> _identity;
  bool _isHeld = false;
};

/// Receives a replay; `failReleases` is how often `release` fails because too much came meanwhile.
class FakeReplay final : public plugin::Replay {
 public:
  struct Emit {
    std::string event;
    boost::json::value document;
    std::uint64_t position = 0;
  };

  bool emit(std::string_view event, std::string_view args, std::uint64_t position) override;
  bool release() override;
  bool releaseAt(std::uint64_t position) override {
    releasedAt = position;
    return release();
  }

  std::vector<Emit> emits;
  std::uint64_t releasedAt = 0;  ///< the position of the last releaseAt()
  int releases = 0;
  int failReleases = 0;
  std::size_t goneAfter = std::size_t(-1);  ///< the socket is gone when it has got so many
  std::function<void()> beforeRelease;      ///< what happens meanwhile
};

}  // namespace chat::test
