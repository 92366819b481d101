#pragma once

#include "websocket/CloseCode.h"

namespace chat::websocket {

/// Why a peer's bytes are rejected.
enum class FrameError {
  ReservedBits,       ///< a reserved bit without an extension that gives it a meaning
  UnknownOpcode,      ///< 3–7 or 11–15
  NotMasked,          ///< a client's frame must be masked
  LengthNotMinimal,   ///< a length in more bytes than it needs, or with the highest bit set
  FragmentedControl,  ///< a control frame without FIN
  ControlTooLong,     ///< a control frame of more than 125 bytes
  UnexpectedContinuation,
  ExpectedContinuation,  ///< a new message before the last one was finished
  TooManyFragments,
  MessageTooBig,
  InvalidUtf8,
  BadClosePayload,  ///< one byte, or a code that may not be sent
  BadCompression,   ///< invalid DEFLATE data
};

/// The code of the Close frame that answers the error.
constexpr CloseCode closeCodeOf(FrameError error) noexcept {
  switch (error) {
    case FrameError::MessageTooBig:
      return CloseCode::MessageTooBig;
    case FrameError::InvalidUtf8:
    case FrameError::BadCompression:
      return CloseCode::InvalidPayload;
    case FrameError::TooManyFragments:
      return CloseCode::PolicyViolation;
    default:
      return CloseCode::ProtocolError;
  }
}

}  // namespace chat::websocket
