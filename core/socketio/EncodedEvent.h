#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "engineio/packet/WirePacket.h"
#include "socketio/Parser.h"

namespace chat::socketio {

/// An event encoded once for all sockets of one namespace: the packet and its attachments.
/// Immutable; copying shares. Thread: any.
struct EncodedEvent {
  std::vector<engineio::WirePacket> packets;

  /// `name` is the event's name, unescaped; `args` are JSON values separated by commas and may be empty. With an
  /// `ackId` the client is asked for an acknowledgement.
  static EncodedEvent of(std::string_view nsp, std::string_view name, std::string_view args,
                         std::span<const std::string_view> attachments = {}, Parser parser = Parser::Default,
                         std::optional<std::uint64_t> ackId = {});
  /// See WirePacket::isUncompressed. To be called before it is shared.
  void setUncompressed(bool uncompressed) noexcept;
};

}  // namespace chat::socketio
