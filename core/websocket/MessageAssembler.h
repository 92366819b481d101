#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "websocket/FrameError.h"
#include "websocket/FrameParser.h"
#include "websocket/Utf8Validator.h"

namespace chat::websocket {

/// A whole message or control frame.
struct MessageView {
  Opcode opcode = Opcode::Text;
  std::string_view bytes;
};

/// Joins the pieces of frames into messages and checks what only whole messages show: the order of fragments, the
/// length, the UTF-8 of texts (at the first wrong byte).
///
/// A message that came in one piece is a view of the input; only what comes in parts is copied, and the memory for it
/// is given back with the message. No I/O.
class MessageAssembler {
 public:
  struct Limits {
    std::size_t maxMessage = 1'000'000;  ///< bytes
    std::uint32_t maxFragments = 16'384;
  };
  enum class Status { NeedMore, Message, Error };

  explicit MessageAssembler(const Limits& limits) noexcept : _limits(limits) {}

  /// `message` is set with Message and is valid until the next call or until the piece's bytes go.
  Status add(const FramePiece& piece, MessageView& message);
  FrameError error() const noexcept { return _error; }

 private:
  struct Partial {
    std::string bytes;
    Utf8Validator utf8;
    Opcode opcode = Opcode::Text;
    std::uint32_t fragments = 0;
    bool delivered = false;
  };
  Status addControl(const FramePiece& piece, MessageView& message);
  Status addData(const FramePiece& piece, MessageView& message);
  Status fail(FrameError error) noexcept {
    _error = error;
    return Status::Error;
  }

  Limits _limits;
  std::unique_ptr<Partial> _partial;      // a data message under way
  std::unique_ptr<std::string> _control;  // a control frame that came in parts
  FrameError _error{};
};

}  // namespace chat::websocket
