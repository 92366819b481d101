#include "websocket/MessageAssembler.h"

#include <utility>

namespace chat::websocket {

MessageAssembler::Status MessageAssembler::add(const FramePiece& piece, MessageView& message, Inflater* inflater) {
  if (isControl(piece.header.opcode)) return addControl(piece, message);
  if (_partial && _partial->delivered) _partial.reset();
  if (piece.begins && !_partial) {
    if (piece.header.opcode == Opcode::Continuation) return fail(FrameError::UnexpectedContinuation);
    if (piece.header.length > payloadLimit(piece.header.rsv1)) return fail(FrameError::MessageTooBig);
    if (piece.ends && piece.header.fin) {  // the usual case: the whole message at once
      const std::string_view bytes(piece.bytes.data(), piece.bytes.size());
      return piece.header.rsv1 ? inflateWhole(piece, message, *inflater) : deliver(piece.header.opcode, bytes, message);
    }
  }
  return addData(piece, message, inflater);
}

MessageAssembler::Status MessageAssembler::deliver(Opcode opcode, std::string_view bytes, MessageView& message) {
  if (opcode == Opcode::Text && !isUtf8(bytes)) return fail(FrameError::InvalidUtf8);
  message = {opcode, bytes};
  return Status::Message;
}

// DEFLATE makes incompressible data longer, with small buffers by up to a byte in 25.
std::uint64_t MessageAssembler::payloadLimit(bool compressed) const noexcept {
  constexpr std::uint64_t LeastRoom = 64;
  return compressed ? _limits.maxMessage + _limits.maxMessage / 16 + LeastRoom : _limits.maxMessage;
}

void MessageAssembler::begin(const FrameHeader& header) {
  _partial = std::make_unique<Partial>();
  _partial->opcode = header.opcode;
  _partial->compressed = header.rsv1;
}

MessageAssembler::Status MessageAssembler::addData(const FramePiece& piece, MessageView& message, Inflater* inflater) {
  if (piece.begins) {
    if (!_partial) {
      begin(piece.header);
    } else if (piece.header.opcode != Opcode::Continuation) {
      return fail(FrameError::ExpectedContinuation);
    }
    if (++_partial->fragments > _limits.maxFragments) return fail(FrameError::TooManyFragments);
    if (piece.header.length > payloadLimit(_partial->compressed) - _partial->payload) {
      return fail(FrameError::MessageTooBig);
    }
    _partial->payload += piece.header.length;
  }
  if (_partial->compressed) return inflate(piece, message, *inflater);
  if (addBytes({piece.bytes.data(), piece.bytes.size()}) == Status::Error) return Status::Error;
  return piece.ends && piece.header.fin ? finish(message) : Status::NeedMore;
}

MessageAssembler::Status MessageAssembler::addBytes(std::string_view bytes) {
  if (bytes.size() > _limits.maxMessage - _partial->bytes.size()) return fail(FrameError::MessageTooBig);
  if (_partial->opcode == Opcode::Text && !_partial->utf8.add(bytes)) return fail(FrameError::InvalidUtf8);
  _partial->bytes.append(bytes);
  return Status::NeedMore;
}

MessageAssembler::Status MessageAssembler::finish(MessageView& message) {
  if (_partial->opcode == Opcode::Text && !_partial->utf8.finish()) return fail(FrameError::InvalidUtf8);
  _partial->delivered = true;
  message = {_partial->opcode, _partial->bytes};
  return Status::Message;
}

MessageAssembler::Status MessageAssembler::inflateWhole(const FramePiece& piece, MessageView& message,
                                                        Inflater& inflater) {
  inflater.feed({piece.bytes.data(), piece.bytes.size()}, true);
  std::string_view bytes;
  const auto status = inflater.next(_limits.maxMessage + 1, bytes);
  if (status == Inflater::Status::Done && bytes.size() <= _limits.maxMessage) {
    return deliver(piece.header.opcode, bytes, message);
  }
  begin(piece.header);
  return addInflated(status, bytes, true, message, inflater);
}

MessageAssembler::Status MessageAssembler::inflate(const FramePiece& piece, MessageView& message, Inflater& inflater) {
  const bool last = piece.ends && piece.header.fin;
  inflater.feed({piece.bytes.data(), piece.bytes.size()}, last);
  std::string_view bytes;
  const auto status = inflater.next(roomAndOne(), bytes);
  return addInflated(status, bytes, last, message, inflater);
}

// `bytes` were inflated with `status`; there may be more.
MessageAssembler::Status MessageAssembler::addInflated(Inflater::Status status, std::string_view bytes, bool last,
                                                       MessageView& message, Inflater& inflater) {
  for (;; status = inflater.next(roomAndOne(), bytes)) {
    if (status == Inflater::Status::Bad) return fail(FrameError::BadCompression);
    if (addBytes(bytes) == Status::Error) return Status::Error;
    if (status == Inflater::Status::Done) return last ? finish(message) : Status::NeedMore;
  }
}

// One byte more than the message may still grow, so that a message over the limit is noticed.
std::size_t MessageAssembler::roomAndOne() const noexcept {
  return _limits.maxMessage - _partial->bytes.size() + 1;
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
