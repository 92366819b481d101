#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "websocket/FrameError.h"
#include "websocket/FrameParser.h"
#include "websocket/Inflater.h"
#include "websocket/Utf8Validator.h"

namespace chat::websocket {

/// A whole message or control frame.
struct MessageView {
  Opcode opcode = Opcode::Text;
  std::string_view bytes;
};

/// Joins the pieces of frames into messages and checks what frames alone don't show: the order of fragments, the
/// length, the UTF-8 of texts (at the first wrong byte). Compressed messages are inflated as they come, so that one is
/// refused as soon as it is too long.
///
/// A message that came in one piece is a view of the input (a short compressed one is a view of the Inflater's buffer).
/// Only a message that comes in parts is copied, and its memory is freed with it. No I/O.
class MessageAssembler {
 public:
  struct Limits {
    std::size_t maxMessage = 1'000'000;  ///< bytes, inflated
    std::uint32_t maxFragments = 16'384;
  };
  enum class Status { NeedMore, Message, Error };

  explicit MessageAssembler(const Limits& limits) noexcept : _limits(limits) {}

  /// After Message, `message` is set and valid until the next call or as long as the piece's bytes. `inflater`: the
  /// connection's, the same at every call; null if no compression was agreed on.
  Status add(const FramePiece& piece, MessageView& message, Inflater* inflater = nullptr);
  FrameError error() const noexcept { return _error; }

 private:
  struct Partial {
    std::string bytes;
    Utf8Validator utf8;
    Opcode opcode = Opcode::Text;
    std::uint32_t fragments = 0;
    bool compressed = false;
    bool delivered = false;
    std::uint64_t payload = 0;  // bytes that have come or are announced, compressed or not
  };
  Status addControl(const FramePiece& piece, MessageView& message);
  Status addData(const FramePiece& piece, MessageView& message, Inflater* inflater);
  Status addBytes(std::string_view bytes);
  Status deliver(Opcode opcode, std::string_view bytes, MessageView& message);
  Status inflateWhole(const FramePiece& piece, MessageView& message, Inflater& inflater);
  Status inflate(const FramePiece& piece, MessageView& message, Inflater& inflater);
  Status addInflated(Inflater::Status status, std::string_view bytes, bool last, MessageView& message,
                     Inflater& inflater);
  Status finish(MessageView& message);
  void begin(const FrameHeader& header);
  std::uint64_t payloadLimit(bool compressed) const noexcept;
  std::size_t roomAndOne() const noexcept;
  Status fail(FrameError error) noexcept {
    _error = error;
    return Status::Error;
  }

  Limits _limits;
  std::unique_ptr<Partial> _partial;      // a data message of which parts have come
  std::unique_ptr<std::string> _control;  // a control frame that came in parts
  FrameError _error{};
};

}  // namespace chat::websocket
