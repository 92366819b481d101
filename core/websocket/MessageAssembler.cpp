#include "websocket/MessageAssembler.h"

#include <utility>

namespace chat::websocket {

MessageAssembler::Status MessageAssembler::add(const FramePiece& piece, MessageView& message) {
  if (isControl(piece.header.opcode)) return addControl(piece, message);
  if (_partial && _partial->delivered) _partial.reset();
  if (piece.begins && !_partial) {
    if (piece.header.opcode == Opcode::Continuation) return fail(FrameError::UnexpectedContinuation);
    if (piece.header.length > _limits.maxMessage) return fail(FrameError::MessageTooBig);
    if (piece.ends && piece.header.fin) {  // the usual case: the whole message at once
      const std::string_view bytes(piece.bytes.data(), piece.bytes.size());
      if (piece.header.opcode == Opcode::Text && !isUtf8(bytes)) return fail(FrameError::InvalidUtf8);
      message = {piece.header.opcode, bytes};
      return Status::Message;
    }
  }
  return addData(piece, message);
}

MessageAssembler::Status MessageAssembler::addData(const FramePiece& piece, MessageView& message) {
  if (piece.begins) {
    if (!_partial) {
      _partial = std::make_unique<Partial>();
      _partial->opcode = piece.header.opcode;
    } else if (piece.header.opcode != Opcode::Continuation) {
      return fail(FrameError::ExpectedContinuation);
    }
    if (++_partial->fragments > _limits.maxFragments) return fail(FrameError::TooManyFragments);
    if (piece.header.length > _limits.maxMessage - _partial->bytes.size()) return fail(FrameError::MessageTooBig);
  }
  const std::string_view bytes(piece.bytes.data(), piece.bytes.size());
  if (_partial->opcode == Opcode::Text && !_partial->utf8.add(bytes)) return fail(FrameError::InvalidUtf8);
  _partial->bytes.append(bytes);
  if (!piece.ends || !piece.header.fin) return Status::NeedMore;
  if (_partial->opcode == Opcode::Text && !_partial->utf8.finish()) return fail(FrameError::InvalidUtf8);
  _partial->delivered = true;
  message = {_partial->opcode, _partial->bytes};
  return Status::Message;
}

MessageAssembler::Status MessageAssembler::addControl(const FramePiece& piece, MessageView& message) {
  std::string_view bytes(piece.bytes.data(), piece.bytes.size());
  if (piece.begins) _control.reset();
  if (!piece.begins || !piece.ends) {
    if (!_control) _control = std::make_unique<std::string>();
    _control->append(bytes);
    if (!piece.ends) return Status::NeedMore;
    bytes = *_control;
  }
  if (piece.header.opcode == Opcode::Close && !bytes.empty()) {
    if (bytes.size() == 1) return fail(FrameError::BadClosePayload);
    const auto code =
        static_cast<std::uint16_t>(static_cast<unsigned char>(bytes[0]) << 8 | static_cast<unsigned char>(bytes[1]));
    if (!mayBeReceived(code)) return fail(FrameError::BadClosePayload);
    if (!isUtf8(bytes.substr(2))) return fail(FrameError::InvalidUtf8);
  }
  message = {piece.header.opcode, bytes};
  return Status::Message;
}

}  // namespace chat::websocket
