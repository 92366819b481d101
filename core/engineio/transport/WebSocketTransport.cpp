#include "engineio/transport/WebSocketTransport.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "engineio/packet/PacketCodec.h"
#include "websocket/FrameWriter.h"
#include "websocket/Handshake.h"
#include "websocket/Upgrade.h"

namespace chat::engineio {
namespace {

/// The frame of every ping that a loop's sessions send.
base::BufferSlice pingFrame() {
  static thread_local const base::SharedBuffer frame = [] {
    const websocket::FrameHead head(websocket::Opcode::Text, 1);
    const std::string_view pieces[] = {head.view(), "2"};
    return base::SharedBuffer::join(pieces);
  }();
  return base::BufferSlice(frame);
}

/// Whether the code is one of those that the server ends a WebSocket with which breaks the rules. With any other code
/// it was the client that ended it.
bool isFault(websocket::CloseCode code) noexcept {
  switch (code) {
    case websocket::CloseCode::ProtocolError:
    case websocket::CloseCode::InvalidPayload:
    case websocket::CloseCode::PolicyViolation:
    case websocket::CloseCode::MessageTooBig:
      return true;
    default:
      return false;
  }
}

/// The WebSocket belongs to its connection. It is null once it has ended or was closed.
class WebSocketTransport final : public Transport, private websocket::MessageSink {
 public:
  WebSocketTransport(const TransportContext& context, websocket::Session& webSocket) noexcept
      : Transport(context.owner),
        _webSocket(&webSocket),
        _isVersion3(context.protocol == 3),
        _allowBinary(context.allowBinary) {
    webSocket.setSink(this);
  }
  ~WebSocketTransport() override {
    if (_webSocket) _webSocket->setSink(nullptr);
  }

  const TransportType& type() const noexcept override { return webSocketTransport(); }
  void sendText(std::span<const std::string_view> pieces) override;
  void sendBinary(std::string_view bytes) override { sendBinary(bytes, websocket::Compress::IfAgreed); }
  void send(const WirePacket& packet) override;
  void sendControl(std::string_view packet) override {
    if (_webSocket) _webSocket->sendText(std::span(&packet, 1));
  }
  void ping() override {
    if (_webSocket) _webSocket->sendFrame(pingFrame());
  }
  std::size_t backlog() const noexcept override { return _webSocket ? _webSocket->backlog() : 0; }
  bool writable() const noexcept override { return _webSocket && _webSocket->writable(); }
  void pauseReading() override {
    if (_webSocket) _webSocket->pauseReading();
  }
  void resumeReading() override {
    if (_webSocket) _webSocket->resumeReading();
  }
  void onRequest(http::Exchange&) override {}
  void prepareHandOver() override {}
  std::vector<OutgoingPacket> handOver() override;
  bool close(CloseReason reason) override;
  void end(CloseReason reason) override;

 private:
  void onText(std::string_view text) override;
  void onBinary(std::string_view bytes) override;
  void onDrained() override { owner().onDrained(); }
  void onClosed(websocket::CloseCode code) override;

  void sendBinary(std::string_view bytes, websocket::Compress compress);
  websocket::Session* release() noexcept;

  websocket::Session* _webSocket;
  const bool _isVersion3;
  const bool _allowBinary;
};

void WebSocketTransport::sendText(std::span<const std::string_view> pieces) {
  if (!_webSocket) return;
  constexpr std::size_t MaxPieces = 13;
  std::array<std::string_view, MaxPieces> parts;
  parts[0] = "4";
  std::copy(pieces.begin(), pieces.end(), parts.begin() + 1);
  _webSocket->sendText(std::span(parts.data(), pieces.size() + 1));
}

void WebSocketTransport::send(const WirePacket& packet) {
  if (!_webSocket) return;
  const auto compress = packet.isUncompressed() ? websocket::Compress::No : websocket::Compress::IfAgreed;
  if (packet.isBinary() && (_isVersion3 || !_allowBinary)) return sendBinary(packet.payload(), compress);
  _webSocket->sendFrame(packet.frame(), compress);
}

void WebSocketTransport::sendBinary(std::string_view bytes, websocket::Compress compress) {
  if (!_webSocket) return;
  if (!_allowBinary) {  // as the client said by `b64`
    std::string packet;
    appendBase64Message(packet, bytes, _isVersion3 ? 3 : 4);
    const std::string_view view = packet;
    return _webSocket->sendText(std::span(&view, 1), compress);
  }
  if (!_isVersion3) return _webSocket->sendBinary(std::span(&bytes, 1), compress);
  const std::string_view pieces[] = {std::string_view("\x04", 1), bytes};
  _webSocket->sendBinary(std::span(pieces), compress);
}

void WebSocketTransport::onText(std::string_view text) {
  if (!text.empty() && text.front() == '4') {  // nearly all of them
    owner().onPacket({PacketType::Message, false, text.substr(1)});
    return;
  }
  std::string scratch;
  const auto packet = decodeText(text, _isVersion3 ? 3 : 4, scratch);
  if (!packet) return owner().onClosed(CloseReason::ParseError);
  owner().onPacket(*packet);
}

void WebSocketTransport::onBinary(std::string_view bytes) {
  const auto packet = decodeBinary(bytes, _isVersion3 ? 3 : 4);
  if (!packet) return owner().onClosed(CloseReason::ParseError);
  owner().onPacket(*packet);
}

void WebSocketTransport::onClosed(websocket::CloseCode code) {
  _webSocket = nullptr;
  owner().onClosed(isFault(code) ? CloseReason::TransportError : CloseReason::TransportClose);
}

websocket::Session* WebSocketTransport::release() noexcept {
  if (_webSocket) _webSocket->setSink(nullptr);
  return std::exchange(_webSocket, nullptr);
}

std::vector<OutgoingPacket> WebSocketTransport::handOver() {
  close(CloseReason::ForcedClose);
  return {};
}

bool WebSocketTransport::close(CloseReason reason) {
  if (auto* webSocket = release()) {
    webSocket->close(reason == CloseReason::ServerShutdown ? websocket::CloseCode::GoingAway
                                                           : websocket::CloseCode::Normal);
  }
  return true;  // the WebSocket waits for the client's Close frame by itself
}

void WebSocketTransport::end(CloseReason reason) {
  auto* webSocket = release();
  if (!webSocket) return;
  if (reason == CloseReason::PingTimeout) return webSocket->abort();  // nobody is there to answer a Close frame
  webSocket->close(websocket::CloseCode::Normal);
}

websocket::Session& accept(http::Exchange& exchange, const Options& options, SessionAcceptor& acceptor) {
  auto webSocketOptions = options.webSocketOptions;
  webSocketOptions.limits.maxMessage = options.maxPayload;
  const auto offered = websocket::offeredSubprotocols(exchange.request());
  return websocket::accept(exchange, webSocketOptions, nullptr, acceptor.chooseSubprotocol(offered));
}

constexpr std::string_view Replaced[] = {"polling"};

class WebSocketType final : public TransportType {
 public:
  constexpr WebSocketType() noexcept : TransportType({.name = "websocket", .byUpgrade = true, .replaces = Replaced}) {}

  std::optional<Fault> check(http::Exchange& exchange, const Options& options) const override {
    if (const auto error = websocket::check(exchange.request())) {
      return Fault{RefusalCause::TransportHandshake, websocket::refusal(*error)};
    }
    if (options.cors && !options.cors->admitsWebSocket(exchange)) return Fault{RefusalCause::InvalidOrigin};
    return std::nullopt;
  }

  std::unique_ptr<Transport> open(http::Exchange& exchange, const TransportContext& context) const override {
    return std::make_unique<WebSocketTransport>(context, accept(exchange, context.options, context.acceptor));
  }

  // As the reference server does it: accepted and closed at once, which a WebSocket client hears the reason of.
  void turnAway(http::Exchange& exchange, const Options& options, SessionAcceptor& acceptor) const override {
    accept(exchange, options, acceptor)
        .close(websocket::CloseCode::PolicyViolation, "the session takes no other transport");
  }
};

}  // namespace

const TransportType& webSocketTransport() noexcept {
  static const WebSocketType type;
  return type;
}

}  // namespace chat::engineio
