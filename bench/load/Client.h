#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "load/Link.h"
#include "load/Options.h"
#include "load/Wire.h"

namespace bench {

class Client;

/// Receives the events of the clients.
class ClientOwner {
 public:
  virtual void onReady(Client& client) = 0;
  /// An operation of the client's ended, or a broadcast was delivered to it.
  virtual void onReply(Client& client) = 0;
  /// Closed as we asked, or broken.
  virtual void onClosed(Client& client, bool asked) = 0;

 protected:
  ~ClientOwner() = default;
};

/// One client of the server under load: connects, does its protocol's handshake, answers heartbeats, sends and counts.
/// With long-polling it has two connections, one for the waiting GET and one for its POSTs.
class Client {
 public:
  Client(ClientOwner& owner, const Options& options, const Script& script) noexcept;

  void open(int epoll);
  bool ready() const noexcept { return _state == State::Ready; }
  /// Begins `times` operations, in one write.
  void operate(std::size_t times = 1);
  /// Closes in the way of a client that leaves; onClosed follows.
  void close();
  /// For epoll: which of the two connections `tag` belongs to.
  struct Tag {
    Client* client;
    Link link;
  };
  void onEvent(Tag& tag, std::uint32_t events);
  std::uint64_t segments() const noexcept { return _main.link.segments(); }

  std::deque<double> begun;    ///< when the operations in flight began
  std::size_t deliveries = 0;  ///< broadcasts that have come

 private:
  enum class State { Closed, Connecting, Upgrading, Opening, Entering, Ready, Closing };

  void connected();
  std::size_t take(Tag& tag, std::string_view bytes);
  std::size_t takeRaw(std::string_view bytes);
  std::size_t takeAnswers(Tag& tag, std::string_view bytes);
  void onFrame(const ServerFrame& frame);
  void onPolled(std::string_view payload);
  void onPacket(std::string_view packet);
  void becomeReady();
  void sendPacket(std::string_view packet);
  void post();
  void end(bool asked);

  ClientOwner& _owner;
  const Options& _options;
  const Script& _script;
  Tag _main{this, {}};
  Tag _poster{this, {}};
  State _state = State::Closed;
  int _epoll = -1;
  std::size_t _bytes = 0;  // raw bytes towards the next reply
  std::string _sid;
  std::string _toPost;  // packets that wait for the answer to the last POST
  bool _posting = false;
};

}  // namespace bench
