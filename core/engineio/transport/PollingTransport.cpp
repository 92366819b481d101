#include "engineio/transport/PollingTransport.h"

#include <string>
#include <utility>

#include "engineio/packet/PayloadCodec.h"
#include "engineio/packet/TwiceEncodedText.h"
#include "engineio/transport/PollingAnswer.h"
#include "engineio/transport/WaitingExchange.h"
#include "net/Timer.h"

namespace chat::engineio {
namespace {

constexpr std::string_view Close = "1";

http::Response badRequest(std::string_view why) {
  return {400, "text/plain; charset=utf-8", why};
}

/// Keeps what waits for the client's next GET, the GET that waits for something to send, and a POST whose answer is
/// held back to slow the client down.
class PollingTransport final : public Transport, private WaitingExchange::Owner {
 public:
  explicit PollingTransport(const TransportContext& context) noexcept
      : Transport(context.owner),
        _loop(context.loop),
        _options(context.options),
        _protocol(context.protocol),
        _allowBinary(context.allowBinary) {}
  // A client that is left without an answer would wait for its own time-out.
  ~PollingTransport() override {
    answerPoll(NoopPacket);
    releasePost();
  }

  const TransportType& type() const noexcept override { return pollingTransport(); }
  void sendText(std::span<const std::string_view> pieces) override { enqueue({WirePacket::text(pieces), {}}); }
  void sendBinary(std::string_view bytes) override { enqueue({WirePacket::binary(bytes), {}}); }
  void send(const WirePacket& packet) override { enqueue({packet, {}}); }
  void sendControl(std::string_view packet) override { enqueue({{}, std::string(packet)}); }
  void ping() override { sendControl("2"); }
  std::size_t backlog() const noexcept override { return _backlog; }
  bool writable() const noexcept override;
  void pauseReading() override { _isPaused = true; }
  void resumeReading() override {
    _isPaused = false;
    releasePost();
  }
  void onRequest(http::Exchange& exchange) override;
  void prepareHandOver() override;
  std::vector<OutgoingPacket> handOver() override;
  bool close(CloseReason reason) override;
  void end(CloseReason reason) override;

  /// The handshake's request is the first GET.
  void onPoll(http::Exchange& exchange);

 private:
  void onAborted() override { owner().onClosed(CloseReason::TransportError); }

  void onPost(http::Exchange& exchange);
  bool onPolledPacket(const PacketView& packet, bool inBinary);
  void enqueue(OutgoingPacket packet);
  void append(OutgoingPacket packet);
  std::vector<OutgoingPacket> takeOutgoing() noexcept;
  void flushLater();
  void flush();
  void answerPoll(std::string_view control);
  void answer(std::span<const OutgoingPacket> packets);
  void releasePost();

  net::Loop& _loop;
  const Options& _options;
  WaitingExchange _poll{*this};
  WaitingExchange _post{*this};
  std::vector<OutgoingPacket> _outgoing;
  std::size_t _backlog = 0;                 // bytes in _outgoing
  std::unique_ptr<net::Timer> _closeTimer;  // once it is closed
  const int _protocol;
  const bool _allowBinary;
  bool _isPaused = false;
  bool _isOver = false;  // closed or ended
  bool _isFlushPending = false;
  TwiceEncodedText _twiceEncoded;
};

// --- receiving ---

void PollingTransport::onRequest(http::Exchange& exchange) {
  const auto method = exchange.request().method;
  if (method == "GET") return onPoll(exchange);
  if (method == "POST") return onPost(exchange);
  http::Response response(405, "text/plain; charset=utf-8", "A session takes GET and POST.\n");
  response.set("Allow", "GET, POST");
  exchange.respond(std::move(response));
}

void PollingTransport::onPoll(http::Exchange& exchange) {
  if (_poll.waits()) {  // a client has one at a time: another one means that two believe they own the session
    exchange.respond(badRequest("This session has a waiting poll already.\n"));
    answerPoll(Close);
    return owner().onClosed(CloseReason::TransportError);
  }
  _poll.set(exchange);
  flush();
}

void PollingTransport::onPost(http::Exchange& exchange) {
  if (_post.waits()) {
    exchange.respond(badRequest("Another POST of this session is not finished yet.\n"));
    return owner().onClosed(CloseReason::TransportError);
  }
  auto& request = exchange.request();
  const bool isBinary = request.field("Content-Type").starts_with("application/octet-stream");
  if (isBinary && _protocol != 3) {
    exchange.respond(badRequest("Version 4 of the protocol sends payloads as text.\n"));
    return owner().onClosed(CloseReason::TransportError);
  }
  std::size_t left = _options.maxPacketsPerPayload;
  bool tooMany = false;
  const bool wellFormed = decodePayload(request.body, _protocol, isBinary, [&](const PacketView& packet) {
    tooMany = left-- == 0;
    return !tooMany && onPolledPacket(packet, isBinary);
  });
  if (!wellFormed || tooMany) {
    exchange.respond(badRequest(tooMany ? "The body has too many packets.\n"  //
                                        : "The body is not a valid payload.\n"));
    return owner().onClosed(CloseReason::ParseError);
  }
  if (_isPaused && !_isOver) {
    _post.set(exchange);
  } else {
    exchange.respond(postAnswer());
  }
}

bool PollingTransport::onPolledPacket(const PacketView& packet, bool inBinary) {
  // An upgrade packet counts on the new transport alone; here it means nothing.
  if (packet.type == PacketType::Upgrade) return owner().onPacket({PacketType::Noop, false, {}});
  if (_protocol != 3 || inBinary || !_options.socketIoText) return owner().onPacket(packet);
  std::string scratch;
  return owner().onPacket(_twiceEncoded.decode(packet, scratch));
}

// --- sending ---

void PollingTransport::enqueue(OutgoingPacket packet) {
  const bool isText = packet.control.empty() && !packet.message.isBinary();
  if (_protocol == 3 && isText && _options.socketIoText && TwiceEncodedText::isBeyondAscii(packet.message.payload())) {
    const bool isUncompressed = packet.message.isUncompressed();
    packet.message = WirePacket::text(TwiceEncodedText::escape(packet.message.payload()));
    packet.message.setUncompressed(isUncompressed);
  }
  append(std::move(packet));
  flushLater();
  if (_backlog > _options.maxBacklog) owner().onTooSlow();
}

void PollingTransport::append(OutgoingPacket packet) {
  _backlog += packet.size();
  _outgoing.push_back(std::move(packet));
}

std::vector<OutgoingPacket> PollingTransport::takeOutgoing() noexcept {
  _backlog = 0;
  return std::exchange(_outgoing, {});
}

void PollingTransport::flushLater() {
  if (std::exchange(_isFlushPending, true)) return;
  _loop.defer([this] {  // the owner destroys the transport in a task that is deferred after this one
    _isFlushPending = false;
    flush();
  });
}

void PollingTransport::flush() {
  if (_outgoing.empty() || !_poll.waits()) return;
  auto packets = takeOutgoing();
  // Clients handle messages a moment after their payload, a close packet at once: it goes by itself, in the next
  // answer.
  if (packets.size() > 1 && packets.back().control == Close) {
    append(std::move(packets.back()));
    packets.pop_back();
  }
  answer(packets);
  owner().onDrained();
  if (_isOver && _outgoing.empty()) owner().onClosed(CloseReason::ForcedClose);
}

void PollingTransport::answerPoll(std::string_view control) {
  if (!_poll.waits()) return;
  const OutgoingPacket packet{{}, std::string(control)};
  answer(std::span(&packet, 1));
}

void PollingTransport::answer(std::span<const OutgoingPacket> packets) {
  auto& exchange = *_poll.take();
  exchange.respond(pollAnswer(exchange.request(), packets, {_protocol, _allowBinary, _options.compressFrom()}));
}

void PollingTransport::releasePost() {
  if (auto* exchange = _post.take()) exchange->respond(postAnswer());
}

// A poll that waits takes all that a turn sends, unless that is a lot.
bool PollingTransport::writable() const noexcept {
  constexpr std::size_t MaxInOneAnswer = 64 * 1024;
  return _poll.waits() && _backlog < MaxInOneAnswer;
}

// --- its end ---

void PollingTransport::prepareHandOver() {
  if (_outgoing.empty()) {
    answerPoll(NoopPacket);
  } else {
    flush();
  }
}

std::vector<OutgoingPacket> PollingTransport::handOver() {
  _isOver = true;
  _closeTimer.reset();
  answerPoll(NoopPacket);
  releasePost();
  return takeOutgoing();
}

bool PollingTransport::close(CloseReason) {
  _isOver = true;
  append({{}, std::string(Close)});
  flushLater();
  _closeTimer = std::make_unique<net::Timer>(
      [](void* self) { static_cast<PollingTransport*>(self)->owner().onClosed(CloseReason::ForcedClose); }, this);
  _loop.arm(*_closeTimer, _options.pollingCloseTimeout);
  return false;
}

void PollingTransport::end(CloseReason reason) {
  _isOver = true;
  answerPoll(reason == CloseReason::TransportClose ? NoopPacket : Close);
}

class PollingType final : public TransportType {
 public:
  constexpr PollingType() noexcept : TransportType({.name = "polling", .takesRequests = true}) {}

  std::optional<Fault> check(http::Exchange&, const Options&) const override { return std::nullopt; }

  std::unique_ptr<Transport> open(http::Exchange& exchange, const TransportContext& context) const override {
    const auto& cookie = context.options.cookie;
    if (cookie.enabled()) exchange.answerFields().emplace_back("Set-Cookie", cookie.field(context.session));
    auto transport = std::make_unique<PollingTransport>(context);
    transport->onPoll(exchange);
    return transport;
  }

  void turnAway(http::Exchange& exchange, const Options&, SessionAcceptor&) const override {
    exchange.respond(badRequest("A session doesn't go back to polling.\n"));
  }
};

}  // namespace

const TransportType& pollingTransport() noexcept {
  static const PollingType type;
  return type;
}

}  // namespace chat::engineio
