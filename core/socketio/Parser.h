#pragma once

#include <cstdint>

namespace chat::socketio {

/// How packets are written; clients must be told the same one.
enum class Parser : std::uint8_t {
  Default,  ///< text, binary values apart
  Msgpack,  ///< one binary message each, see MsgpackCodec.h
};

}  // namespace chat::socketio
