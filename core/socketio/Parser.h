#pragma once

#include <cstdint>

namespace chat::socketio {

/// How packets are encoded; clients must be configured with the same parser.
enum class Parser : std::uint8_t {
  Default,  ///< text; binary values as attachments
  Msgpack,  ///< one binary message each, see MsgpackCodec.h
};

}  // namespace chat::socketio
