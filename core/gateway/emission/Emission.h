#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plainws/EnvelopeCodec.h"
#include "plugin/context/StreamEmitter.h"
#include "socketio/EncodedEvent.h"

namespace chat::gateway {

/// An event on its way to several sockets; immutable, shared between the loops.
struct Emission {
  plugin::Target target;
  std::string event;
  std::string args;
  std::vector<std::string> attachments;
  plugin::EmitOptions options;
  plugin::Stream stream{};  ///< of its position
  socketio::Parser parser = socketio::Parser::Default;
  std::uint64_t sequence = 0;  ///< its place among all emits, see EmissionOrder; 0 if there is no such order
  /// Encoded by the caller if the target is one namespace. For a user's sockets each loop encodes what its own need.
  std::optional<socketio::EncodedEvent> encoded;

  /// Bytes that it holds, about.
  std::size_t size() const noexcept;
  std::vector<std::string_view> attachmentViews() const { return {attachments.begin(), attachments.end()}; }
};

/// The encodings of one emission that a loop has made so far: one for each namespace, one for plain WebSockets.
class EncodingCache {
 public:
  explicit EncodingCache(const Emission& emission) noexcept : _emission(emission) {}
  const Emission& emission() const noexcept { return _emission; }
  const socketio::EncodedEvent& forNamespace(std::string_view nsp);
  /// The text frame for plain WebSockets, encoded by `encode` when first asked for.
  template <typename Encode>
  const plainws::EncodedEnvelope& forPlain(Encode&& encode) {
    if (!_plain) _plain = encode(_emission);
    return *_plain;
  }

 private:
  const Emission& _emission;
  std::vector<std::pair<std::string_view, socketio::EncodedEvent>> _events;
  std::optional<plainws::EncodedEnvelope> _plain;
};

}  // namespace chat::gateway
