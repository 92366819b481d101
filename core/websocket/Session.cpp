#include "websocket/Session.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "net/Connection.h"
#include "net/Loop.h"
#include "websocket/Compression.h"
#include "websocket/FrameWriter.h"

namespace chat::websocket {
namespace {

constexpr std::size_t MaxPieces = 14;
constexpr std::size_t MaxWritableBacklog = 64 * 1024;
constexpr std::size_t MaxReason = 123;  // two of a control frame's 125 bytes are the code

/// Cut to as many whole characters as fit into a Close frame.
std::string_view whatFits(std::string_view reason) {
  if (reason.size() <= MaxReason) return reason;
  std::size_t end = MaxReason;
  while (end > 0 && (static_cast<unsigned char>(reason[end]) & 0xC0) == 0x80) --end;
  return reason.substr(0, end);
}

}  // namespace

Session::Session(const Options& options) : Session(options, nullptr) {}

Session::Session(const Options& options, std::unique_ptr<Compression> compression)
    : _parser(compression != nullptr),
      _assembler(options.limits),
      _compression(std::move(compression)),
      _closeTimeout(options.closeTimeout) {}

Session::~Session() = default;

void Session::start(net::Connection& connection, MessageSink* sink) noexcept {
  _connection = &connection;
  _sink = sink;
}

void Session::onData(net::Connection&, std::span<char> bytes) {
  FramePiece piece;
  MessageView message;
  const std::uint64_t inflateUntil = _compression ? _compression->inflater().inflated() + MaxInflatedAtOnce : 0;
  while (_state != State::Ended) {
    switch (_parser.next(bytes, piece)) {
      case FrameParser::Status::NeedMore:
        return;
      case FrameParser::Status::Error:
        return fail(_parser.error());
      case FrameParser::Status::Piece:
        break;
    }
    switch (_assembler.add(piece, message, _compression ? &_compression->inflater() : nullptr)) {
      case MessageAssembler::Status::NeedMore:
        break;
      case MessageAssembler::Status::Error:
        return fail(_assembler.error());
      case MessageAssembler::Status::Message:
        deliver(message);
        break;
    }
    if (_compression && _compression->inflater().inflated() >= inflateUntil && !bytes.empty()) {
      return deferInput({bytes.data(), bytes.size()});
    }
  }
}

void Session::deferInput(std::string_view rest) {
  if (_state == State::Ended) return;
  auto& deferred = _compression->deferredInput();
  deferred = std::make_unique<DeferredInput>([](void* self) { static_cast<Session*>(self)->goOn(); }, this, rest);
  deferred->isPaused = _connection->readingPaused();
  _connection->pauseReading();
  if (!deferred->isPaused) _connection->loop().arm(deferred->next, base::Duration{0});
}

DeferredInput* Session::deferredInput() const noexcept {
  return _compression ? _compression->deferredInput().get() : nullptr;
}

void Session::goOn() {
  const auto deferred = std::move(_compression->deferredInput());
  _connection->resumeReading();
  onData(*_connection, deferred->bytes);
}

void Session::deliver(const MessageView& message) {
  switch (message.opcode) {
    case Opcode::Text:
      if (_sink && _state == State::Open) _sink->onText(message.bytes);
      break;
    case Opcode::Binary:
      if (_sink && _state == State::Open) _sink->onBinary(message.bytes);
      break;
    case Opcode::Ping:
      if (_state == State::Open) send(Opcode::Pong, std::span(&message.bytes, 1));
      break;
    case Opcode::Close:
      onCloseFrame(message.bytes);
      break;
    case Opcode::Pong:
      if (_sink && _state == State::Open) _sink->onPong();
      break;
    default:
      break;
  }
}

void Session::onCloseFrame(std::string_view payload) {
  auto code = CloseCode::NoStatus;
  if (payload.size() >= 2) {
    code = static_cast<CloseCode>(static_cast<unsigned char>(payload[0]) << 8 | static_cast<unsigned char>(payload[1]));
  }
  if (_state == State::Open) sendClose(code, {});
  _state = State::Ended;
  tellClosed(code);
  armCloseTimer();
  _connection->closeAfterFlush(false);  // the peer sends nothing more
}

void Session::fail(FrameError error) {
  const auto code = closeCodeOf(error);
  if (_state == State::Open) sendClose(code, {});
  _state = State::Ended;
  tellClosed(code);
  armCloseTimer();
  _connection->closeAfterFlush();
}

void Session::send(Opcode opcode, std::span<const std::string_view> pieces, Compress compress) {
  if (_state != State::Open) return;
  std::array<std::string_view, MaxPieces + 1> parts;
  std::size_t length = 0;
  std::copy(pieces.begin(), pieces.end(), parts.begin() + 1);
  for (const auto& piece : pieces) length += piece.size();
  if (_compression && compress == Compress::IfAgreed && sendCompressed(opcode, pieces, length)) return;
  const FrameHead head(opcode, length);
  parts[0] = head.view();
  _connection->send(std::span(parts.data(), pieces.size() + 1));
}

bool Session::sendCompressed(Opcode opcode, std::span<const std::string_view> pieces, std::size_t length) {
  if (isControl(opcode) || !_compression->wants(length)) return false;
  const auto compressed = _compression->compress(pieces, length);
  if (!compressed) return false;
  const FrameHead head(opcode, compressed->size(), true);
  const std::string_view parts[] = {head.view(), *compressed};
  _connection->send(std::span(parts));
  return true;
}

void Session::sendFrame(base::BufferSlice frame, Compress compress) {
  if (_state != State::Open) return;
  if (_compression && compress == Compress::IfAgreed) frame = _compression->compress(std::move(frame));
  _connection->send(std::move(frame));
}

void Session::sendClose(CloseCode code, std::string_view reason) {
  std::string payload;
  if (code != CloseCode::NoStatus) {
    payload.push_back(static_cast<char>(static_cast<std::uint16_t>(code) >> 8));
    payload.push_back(static_cast<char>(static_cast<std::uint16_t>(code) & 0xFF));
    payload.append(whatFits(reason));
  }
  const std::string_view view = payload;
  send(Opcode::Close, std::span(&view, 1));
}

void Session::close(CloseCode code, std::string_view reason) {
  if (_state != State::Open) return;
  sendClose(code, reason);
  _state = State::CloseSent;
  armCloseTimer();
  resumeReading();  // to read the peer's answer, even if reading was paused
}

void Session::ping() {
  send(Opcode::Ping, {});
}

// Also if no answer is awaited: a peer that doesn't read would keep the queued bytes in memory for ever.
void Session::armCloseTimer() {
  if (_closeTimer) return;
  _closeTimer = std::make_unique<net::Timer>([](void* self) { static_cast<Session*>(self)->abort(); }, this);
  _connection->loop().arm(*_closeTimer, _closeTimeout);
}

void Session::abort() {
  if (_connection) _connection->close();
}

void Session::tellClosed(CloseCode code) {
  if (auto* sink = std::exchange(_sink, nullptr)) sink->onClosed(code);
}

std::size_t Session::backlog() const noexcept {
  return _connection ? _connection->queuedBytes() : 0;
}

bool Session::writable() const noexcept {
  return open() && !_connection->blocked() && backlog() < MaxWritableBacklog;
}

void Session::pauseReading() {
  auto* const deferred = deferredInput();
  if (!deferred) return _connection->pauseReading();
  deferred->isPaused = true;
  deferred->next.cancel();
}

void Session::resumeReading() {
  auto* const deferred = deferredInput();
  if (!deferred) return _connection->resumeReading();
  deferred->isPaused = false;
  _connection->loop().arm(deferred->next, base::Duration{0});
}

void Session::onDrained(net::Connection&) {
  if (_sink) _sink->onDrained();
}

void Session::onClosed(net::Connection&, net::CloseReason reason) {
  _closeTimer.reset();
  if (_compression) _compression->deferredInput().reset();
  _connection = nullptr;
  _state = State::Ended;
  tellClosed(reason == net::CloseReason::SlowPeer ? CloseCode::PolicyViolation : CloseCode::AbnormalClosure);
}

}  // namespace chat::websocket
