#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "base/Result.h"
#include "base/SharedBuffer.h"
#include "plainws/Envelope.h"

namespace chat::plainws {

// In:   { "event": string, "id": number | string, "data": any }     id and data optional, other members ignored
// Out:  { "event": string, "data": any }
//       { "ack": id, "status": number, "data": any }
//       { "event": "error", "data": { "errors": { "code": string, "detail": string } } }

/// Reads a frame. The whole frame is checked to be JSON, but no values are built. If a member comes twice, the last one
/// counts. `unescaped` is written only if the event's name has escapes; the view then points into it.
base::Result<EnvelopeView, EnvelopeError> parseEnvelope(std::string_view text, std::string& unescaped);

/// Composes a frame of pieces without joining them. All arguments must live as long as the writer. Empty `data` is
/// written as null.
class EnvelopeWriter {
 public:
  EnvelopeWriter() = default;
  EnvelopeWriter(const EnvelopeWriter&) = delete;
  EnvelopeWriter& operator=(const EnvelopeWriter&) = delete;

  // Exactly one of these is called, once.
  EnvelopeWriter& event(std::string_view name, std::string_view data);
  /// `id` is JSON text, unchanged from the client's frame.
  EnvelopeWriter& ack(std::string_view id, int status, std::string_view data);
  /// `code` as in docs/protocol.md, `detail` for people.
  EnvelopeWriter& error(std::string_view code, std::string_view detail);

  std::span<const std::string_view> pieces() const noexcept { return {_pieces.data(), _count}; }
  std::string text() const;

 private:
  void add(std::string_view piece) noexcept { _pieces[_count++] = piece; }

  std::array<std::string_view, 7> _pieces;
  std::size_t _count = 0;
  std::array<char, 12> _status;
  std::string _own;
};

/// An event encoded once for many peers: its whole WebSocket frame. Immutable; copying shares. Thread: any.
struct EncodedEnvelope {
  base::BufferSlice frame;

  static EncodedEnvelope of(std::string_view event, std::string_view data);
};

}  // namespace chat::plainws
