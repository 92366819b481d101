#pragma once

#include <cstddef>
#include <vector>

#include "engineio/PayloadCodec.h"
#include "http/Exchange.h"

namespace chat::engineio {

/// The polling half of a session: what waits for the client's next GET, the GET that waits for something to send, and a
/// POST whose answer is held back to slow the client down.
///
/// Thread: the session's loop. A GET is answered at the end of the turn, with everything that the turn had for it.
class PollingTransport final {
 public:
  class Owner {
   public:
    /// The client went away while its GET or POST waited.
    virtual void onPollAborted() = 0;
    /// A GET has taken all that waited.
    virtual void onPollDrained() = 0;

   protected:
    ~Owner() = default;
  };

  /// `compressFrom`: bytes of an answer from which on it is compressed for a client that takes that.
  PollingTransport(Owner& owner, int protocol, bool allowBinary, std::size_t compressFrom) noexcept;
  ~PollingTransport();
  PollingTransport(const PollingTransport&) = delete;
  PollingTransport& operator=(const PollingTransport&) = delete;

  bool pollWaits() const noexcept { return _poll.exchange != nullptr; }
  bool postWaits() const noexcept { return _post.exchange != nullptr; }
  bool empty() const noexcept { return _outgoing.empty(); }
  std::size_t backlog() const noexcept { return _backlog; }

  void enqueue(OutgoingPacket packet);
  /// Takes over a GET. Only where none waits.
  void takePoll(http::Exchange& exchange);
  /// Answers the waiting GET if there is something for it.
  void flush();
  /// Answers the waiting GET, if there is one, with this packet alone.
  void answerPoll(std::string_view control);
  /// Holds a POST's answer back until `releasePost`.
  void holdPost(http::Exchange& exchange);
  void releasePost();
  /// For the transport that takes over.
  std::vector<OutgoingPacket> takeOutgoing() noexcept;

  /// The answer to a POST whose packets were taken.
  static http::Response accepted();

 private:
  struct Held final : http::AbortListener {
    explicit Held(PollingTransport& transport) noexcept : self(transport) {}
    void onAborted() override;
    void set(http::Exchange* next) noexcept;
    http::Exchange* take() noexcept;
    PollingTransport& self;
    http::Exchange* exchange = nullptr;
  };

  void answer(std::span<const OutgoingPacket> packets);

  Owner& _owner;
  Held _poll{*this};
  Held _post{*this};
  std::vector<OutgoingPacket> _outgoing;
  std::size_t _backlog = 0;
  std::size_t _compressFrom;
  int _protocol;
  bool _allowBinary;
};

}  // namespace chat::engineio
